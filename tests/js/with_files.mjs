// What a page loads that takes files.

export * from "../../assets/nova/posts/page.js";
export * from "../../assets/nova/index.js";
