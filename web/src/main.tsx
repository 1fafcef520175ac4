import { render } from "preact";
import { startKeys } from "./app/keys";
import { startRouter } from "./app/router";
import { Shell } from "./app/shell";
import { startTheme } from "./app/theme";
import { language } from "./i18n/language";
import "./design/tokens.css";
import "./design/base.css";

document.documentElement.lang = language.value;
startTheme();
startRouter();
startKeys();
render(<Shell />, document.getElementById("root")!);
