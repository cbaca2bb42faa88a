// The step of a page is in its address, too; the server need not know.
const LINK_RESTS = 400 // milliseconds until the address follows a step

// The step that the address names; undefined where it names none.
function stepInLink() {
  const step = new URLSearchParams(window.location.search).get("step") ?? ""
  return /^\d{1,9}$/.test(step) ? Number(step) : undefined
}

// The address without its step: the same as long as no control is moved.
function restOfLink() {
  const link = new URL(window.location.href)
  link.searchParams.delete("step")
  return link.href
}

// Write a step into the address; undefined for the one that a page opens at.
function linkStep(step) {
  const link = new URL(window.location.href)
  if (link.searchParams.get("step") === (step === undefined ? null : String(step))) return
  if (step === undefined) link.searchParams.delete("step")
  else link.searchParams.set("step", step)
  window.history.replaceState(window.history.state, "", link)
}
