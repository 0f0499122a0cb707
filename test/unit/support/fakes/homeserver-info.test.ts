import { homeserverInfoContract } from "../../../contracts/homeserver-info.ts";
import { toldHomeserver } from "../../../support/fakes/homeserver-info.ts";

describe("a homeserver that says what it is, in memory", () =>
  homeserverInfoContract(async () => ({
    without: toldHomeserver(),
    useful: toldHomeserver("useful"),
    useless: toldHomeserver("useless"),
  })));
