// What of a page is in its address, too, though the server need not know: the step of its player, and of its diagram the
// opened node, what the lines are, and the example that is looked at.
const LINK_RESTS = 400 // milliseconds until the address follows a step
const IN_BROWSER = ["step", "node", "lines", "example"]

// What the address says; undefined where it says nothing.
function inLink(name) {
  return new URLSearchParams(window.location.search).get(name) ?? undefined
}

// The step that the address names; undefined where it names none.
function stepInLink() {
  const step = inLink("step") ?? ""
  return /^\d{1,9}$/.test(step) ? Number(step) : undefined
}

// The address without all this: the same as long as no control is moved.
function restOfLink() {
  const link = new URL(window.location.href)
  for (const name of IN_BROWSER) link.searchParams.delete(name)
  return link.href
}

// Write something into the address; undefined for what a page opens with.
function writeInLink(name, value) {
  const link = new URL(window.location.href)
  if (link.searchParams.get(name) === (value === undefined ? null : String(value))) return
  if (value === undefined) link.searchParams.delete(name)
  else link.searchParams.set(name, value)
  window.history.replaceState(window.history.state, "", link)
}
