// Small line drawings for buttons, in a box of 24 by 24.

import { s } from "../dom.js";

const ICONS = {
  menu: "M4 7h16M4 12h16M4 17h16",
  chat: "M4 5h16v11H10l-5 4v-4H4Z",
  sheet: "M6 3h12v18H6ZM9 8h6M9 12h6M9 16h4",
  settings: "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.500v5M9 14.500v5",
  leave: "M14 4H5v16h9M10 12h11M17 8l4 4l-4 4",
  share: "M12 3v12M7.500 7.500L12 3l4.500 4.500M5 12v8h14v-8",
  last: "M9 4h10v13H9ZM5 8v13h10",
  close: "M6 6l12 12M18 6L6 18",
  crown: "M3 18L2 7l5.500 4.500L12 4l4.500 7.500L22 7l-1 11Z",
  bolt: "M13 2L4 14h7l-1 8l9-12h-7Z",
  robot: "M5 9h14v10H5ZM12 5v4M9 13v2M15 13v2M2 13v3M22 13v3",
  people: "M8.500 11a3.500 3.500 0 1 1 .01 0ZM2 20c0-4 3-6 6.500-6s6.500 2 6.500 6M16 4.500a3.500 3.500 0 0 1 0 6.500M17.500 14.500c3 .5 4.500 2.500 4.500 5.500",
  door: "M5 21V3h11v18M3 21h18M12.500 12v1",
  help: "M12 3a9 9 0 1 1-.01 0ZM9.500 9.500a2.500 2.500 0 1 1 3.500 2.300c-.7.3-1 .8-1 1.700M12 16.800v.2",
  fair: "M12 3l8 3v6c0 4.500-3.500 7.500-8 9c-4.500-1.500-8-4.500-8-9V6ZM8.500 12l2.500 2.500l4.500-5",
  unfair: "M12 4L2.500 20h19ZM12 10v4.500M12 17.300v.2",
  eye: "M2 12c3-5 6-7 10-7s7 2 10 7c-3 5-6 7-10 7s-7-2-10-7ZM12 9a3 3 0 1 1-.01 0Z",
  offline: "M3 3l18 18M5 10c2-2 4-3 7-3M19 10a10 10 0 0 0-3-2M8.500 14a5 5 0 0 1 5-1M12 18.500v.5",
  send: "M4 12L20 4l-5 16l-3-7Z",
  globe: "M12 3a9 9 0 1 1-.01 0ZM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18",
};

export const icon = (name, more = "") => s("svg", {
  class: `icon ${more}`, viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false",
}, s("path", { d: ICONS[name] }));
