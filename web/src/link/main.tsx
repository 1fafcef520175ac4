/** The customer's page: a bundle of its own, without the console's frame, for phones on slow networks. */
import { render } from "preact";
import { useLinkToken } from "../api/client";
import { start } from "./store";
import { Page } from "./page";
import { takeToken } from "./token";
import "../design/tokens.css";
import "./link.css";

const take = () => takeToken(window.location, history, sessionStorage);

const token = take();
useLinkToken(token);
start(token !== null);
render(<Page />, document.getElementById("root")!);

// Another link opened in this window changes only what follows "#", which loads nothing anew.
addEventListener("hashchange", () => {
  const next = take();
  if (next) {
    useLinkToken(next);
    start(true);
  }
});
