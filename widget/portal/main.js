// The client's portal: its start.
import "../elements/badge.js";
import "../elements/button.js";
import "../elements/field.js";
import "../elements/icon.js";
import "../elements/icons.js";
import "../elements/menu.js";
import "./shell/portal.js";
import { app } from "./core/app.js";
import { followLink } from "./core/router.js";

app.dress();
app.speak();
document.addEventListener("click", followLink);
