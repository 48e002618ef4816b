// The live feed of a client: one topic.
import { Live } from "../../panel/core/live.js";

export class PortalLive extends Live {
  topics() {
    return ["portal"];
  }
}
