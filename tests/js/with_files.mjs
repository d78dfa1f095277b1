// What a page loads that takes files.

export * from "../../assets/nova/files.js";
export * from "../../assets/nova/index.js";
