# SPDX-License-Identifier: AGPL-3.0-or-later
"""With which versions of Synapse the module was tried: it uses parts of Synapse that have no stable interface."""

VERSION = "0.1.0"
TRIED = ("1.140.0", "1.152.1", "1.163.2")
