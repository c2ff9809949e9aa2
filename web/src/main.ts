import { mount } from "svelte";
import App from "./App.svelte";
import "./design/tokens.css";
import "./design/base.css";
import { place } from "./state/location.svelte";

const target = document.getElementById("app");
if (target) {
  place.follow();
  mount(App, { target });
}
