// One network from input to output: every layer a column of nodes, each node a lamp. The lamp's size and brightness say
// how much of the gradient arrives, on a log scale that never changes; 10⁰ is what the last hidden layer has.
const NODES = 5
const SVG_NAMESPACE = "http://www.w3.org/2000/svg"

function vector(tag, attributes = {}, parent = null) {
  const made = document.createElementNS(SVG_NAMESPACE, tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  parent?.append(made)
  return made
}

// Brightness and radius (as a share of the largest) of a lamp that shows 10^log.
function lamp(log, [darkest, brightest]) {
  if (log === -Infinity) return { bright: 0, size: 0 }
  const size = Math.max(0.14, Math.min((log - darkest) / (brightest - darkest), 1))
  return { bright: Math.max(0.1, Math.min(1 - log / darkest, 1)), size }
}

// Where everything stands: layer 0 is the input, the last but one the last hidden layer, the last the output.
function plan(width, height, depth, rem, numbered) {
  const [left, right, top, bottom] = [1.6 * rem, 1.6 * rem, 1.5 * rem, (numbered ? 1.35 : 0.2) * rem]
  const step = (width - left - right) / (depth + 1)
  const apart = Math.max((height - top - bottom) / NODES, 1)
  const radius = Math.max(1.5, Math.min(0.5 * step, 0.5 * apart, 1.1 * rem))
  const x = (layer) => left + step * layer
  const y = (node) => top + apart * (node + 0.5)
  return { width, height, depth, rem, step, radius, x, y, top, bottom: height - bottom }
}

function dots(place, layer, radius) {
  if (radius <= 0) return ""
  return Array.from({ length: NODES }, (_, node) => circlePath(place.x(layer), place.y(node), radius)).join("")
}

// Lines between a layer and the next: all of them where there is room, else one a node.
function links(place, layer) {
  const full = place.step > 2.2 * place.radius && place.depth <= 30
  let path = ""
  for (let from = 0; from < NODES; from++) {
    for (let to = 0; to < NODES; to++) {
      if (full || from === to) path += `M${place.x(layer)} ${place.y(from)}L${place.x(layer + 1)} ${place.y(to)}`
    }
  }
  return path
}

// Layers whose number is written: the first, the last, and as many between as have room.
function written(place) {
  const room = Math.max(2, Math.min(7, Math.floor((place.width - 2 * place.rem) / (7 * place.rem)) + 1, place.depth))
  const layers = Array.from({ length: room }, (_, at) => Math.round(1 + (at * (place.depth - 1)) / (room - 1)))
  return [...new Set(layers)]
}

// Draw the network; returns light(front): show it as far as the light has come, from the output to the layer `front`.
function paintNetwork(svg, place, logs, scale, words, pointed) {
  svg.replaceChildren()
  svg.setAttribute("width", place.width)
  svg.setAttribute("height", place.height)
  const parts = []
  for (let layer = 0; layer <= place.depth; layer++) {
    const log = layer === 0 ? -Infinity : logs[layer - 1]
    const crossing = vector("path", { class: "links", d: links(place, layer) }, svg)
    parts.push({ layer, log, crossing })
  }
  for (const part of parts.slice(1)) {
    const { bright, size } = lamp(part.log, scale)
    vector("path", { class: "node", d: dots(place, part.layer, 0.667 * place.radius) }, svg)
    part.glow = vector("path", { class: "lit", d: dots(place, part.layer, size * place.radius), "data-layer": part.layer, "fill-opacity": bright.toFixed(3) }, svg)
    part.strength = bright
  }
  for (const layer of [0, place.depth + 1]) vector("path", { class: "node end", d: dots(place, layer, 0.667 * place.radius) }, svg)
  const values = written(place).map((layer) => {
    const x = Math.max(2.2 * place.rem, Math.min(place.x(layer), place.width - 2 * place.rem))
    const value = vector("text", { class: "value", x, y: place.top - 0.4 * place.rem, "text-anchor": "middle" }, svg)
    value.textContent = numberText(10 ** logs[layer - 1], 2)
    if (words.tick) vector("text", { class: "tick", x, y: place.height - 0.25 * place.rem, "text-anchor": "middle" }, svg).textContent = fill(words.tick, { layer })
    return { layer, value }
  })
  svg.onpointermove = (event) => {
    const layer = Math.round((event.offsetX - place.x(0)) / place.step)
    pointed(layer >= 1 && layer <= place.depth ? { layer, log: logs[layer - 1], x: place.x(layer) } : null)
  }
  svg.onpointerleave = () => pointed(null)
  return (front) => {
    for (const { layer, crossing, glow, strength } of parts) {
      const there = layer >= front
      crossing.classList.toggle("lit", layer + 1 > front && layer >= 1 && strength > 0)
      crossing.style.strokeOpacity = layer >= 1 && layer + 1 > front ? (0.12 + 0.6 * strength).toFixed(3) : ""
      glow?.classList.toggle("dark", !there)
      glow?.classList.toggle("front", there && layer < front + 1.5 && front > 0)
    }
    for (const { layer, value } of values) value.classList.toggle("dark", layer < front)
  }
}
