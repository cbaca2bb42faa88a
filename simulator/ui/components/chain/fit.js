// On the stage nothing scrolls: what has no room is left out, the least important first, and what is left made smaller.
const TIGHTEST = 4
const HEAT_SIDE = 208 // of a heat map, in pixels at 1080p

// Heights of a network in which up to three units of a column can be read: with their numbers one above the other, and
// where there is the width for it, beside each other.
function leastHeights(sizes) {
  const tallest = Math.min(Math.max(...sizes), 3)
  return { "--least": `${(2.2 + 2.3 * tallest).toFixed(1)}rem`, "--low": `${(2.2 + 1.65 * tallest).toFixed(1)}rem` }
}

// Draw with as much as there is room for. panels: holds what is drawn; draw(level): 0 draws everything.
function drawFitted(panels, draw) {
  const [card, left] = [panels.querySelector(".card"), panels.querySelector(".left")]
  const tighten = (level) => {
    for (let one = 1; one <= TIGHTEST; one++) panels.classList.toggle(`tight${one}`, one <= level)
    draw(level)
  }
  card.style.zoom = ""
  let level = 0
  tighten(level)
  while (level < TIGHTEST && !fits(panels, card, left)) tighten(++level)
  for (let zoom = 0.95; zoom > 0.3 && !fits(panels, card, left); zoom -= 0.05) card.style.zoom = zoom.toFixed(2)
}

function fits(panels, card, left) {
  const roomy = (box) => box.scrollHeight <= box.clientHeight + 1 && box.scrollWidth <= box.clientWidth + 1
  return roomy(panels) && roomy(card) && roomy(left) && [...card.querySelectorAll(".body, .scroller")].every(roomy)
}

// Side of a heat map: it grows with the text, as far as there is room.
function heatSide(theme, level) {
  return [1, 0.9, 0.75, 0.6, 0.45][level] * HEAT_SIDE * theme.scale
}

// Paths that are listed; the others are summed.
function mostPaths(level) {
  return [8, 8, 5, 4, 3][level]
}

const LOWERED = { i: "ᵢ", j: "ⱼ", n: "ₙ", m: "ₘ" }

// A sentence with w_ij as plain text.
function plainSentence(written) {
  return written.replace(/_([ijnm]{1,2})(?![a-z])/g, (_, letters) => [...letters].map((letter) => LOWERED[letter]).join(""))
}
