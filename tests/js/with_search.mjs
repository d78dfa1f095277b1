// What the page of search loads.

export * from "../../assets/nova/index.js";
export * from "../../assets/nova/search/page.js";
