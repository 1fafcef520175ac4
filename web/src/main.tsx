import { render } from "preact";
import { startKeys } from "./app/keys";
import { location, startRouter } from "./app/router";
import { screenAt } from "./app/screens";
import { Shell } from "./app/shell";
import { startTheme } from "./app/theme";
import { language } from "./i18n/language";
import "./design/tokens.css";
import "./design/base.css";

document.documentElement.lang = language.value;
startTheme();
startRouter();
startKeys();
// The screen's code comes while the server still says who is signed in; if it does not come, the screen says so.
screenAt(location.value.path)?.load().catch(() => undefined);
render(<Shell />, document.getElementById("root")!);
