// What the page of a conversation loads.

export * from "../../assets/nova/conversation/page.js";
export * from "../../assets/nova/index.js";
