// Height of the letters around an element, in px; those of the page for an element that has just left it.
function letterSize(node) {
  const read = (at) => parseFloat(getComputedStyle(at).fontSize)
  return read(node) || read(document.documentElement)
}
