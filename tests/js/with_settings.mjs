// What the page of settings loads.

export * from "../../assets/nova/index.js";
export * from "../../assets/nova/settings/page.js";
