// Where the pips of the number cards stand, on a card of 240 by 336.

const L = 82, C = 120, R = 158;
const TOP = 72, MIDDLE = 168, QUARTER = 104;

const turned = (y) => 336 - y;

export const PIPS = {
  A: [[C, MIDDLE]],
  2: [[C, TOP], [C, turned(TOP)]],
  3: [[C, TOP], [C, MIDDLE], [C, turned(TOP)]],
  4: [[L, TOP], [R, TOP], [L, turned(TOP)], [R, turned(TOP)]],
  5: [[L, TOP], [R, TOP], [C, MIDDLE], [L, turned(TOP)], [R, turned(TOP)]],
  6: [[L, TOP], [R, TOP], [L, MIDDLE], [R, MIDDLE], [L, turned(TOP)], [R, turned(TOP)]],
  7: [[L, TOP], [R, TOP], [C, 120], [L, MIDDLE], [R, MIDDLE], [L, turned(TOP)], [R, turned(TOP)]],
  8: [[L, TOP], [R, TOP], [C, 120], [L, MIDDLE], [R, MIDDLE], [C, turned(120)],
    [L, turned(TOP)], [R, turned(TOP)]],
  9: [[L, TOP], [R, TOP], [L, 136], [R, 136], [C, MIDDLE], [L, turned(136)], [R, turned(136)],
    [L, turned(TOP)], [R, turned(TOP)]],
  T: [[L, TOP], [R, TOP], [C, QUARTER], [L, 136], [R, 136], [L, turned(136)], [R, turned(136)],
    [C, turned(QUARTER)], [L, turned(TOP)], [R, turned(TOP)]],
};
