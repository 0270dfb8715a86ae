// A very small frame for tests in the page. The bodies of the unit files are put after it, and the
// whole is the body of an async function.

const results = [];
const pending = [];
const test = (name, body) => pending.push([name, body]);
const equal = (actual, expected, note = "") => {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${note} is ${a}, not ${b}`);
};
const run = async () => {
  for (const [name, body] of pending) {
    try {
      await body();
      results.push({ name, error: null });
    } catch (error) {
      results.push({ name, error: String(error?.message ?? error) });
    }
  }
  return results;
};
