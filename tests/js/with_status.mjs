// What the page of status loads.

export * from "../../assets/nova/index.js";
export * from "../../assets/nova/status/page.js";
