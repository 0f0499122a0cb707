# SPDX-License-Identifier: AGPL-3.0-or-later
"""A module for Synapse: the service user of Roomporter sends many events in one call."""

from roomporter_synapse.module import RoomporterModule

__all__ = ["RoomporterModule"]
