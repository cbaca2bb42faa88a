// Where things are on the surface: axes of both plots, paths cut at the frame, and the contours as a picture.
const BANDS = 14
const HATCHING = 10 // pixels from one line to the next, where the surface has no value

// The part of a line within a frame, or undefined: Liang and Barsky 1984.
function clipped(x1, y1, x2, y2, frame) {
  if (![x1, y1, x2, y2].every(Number.isFinite)) return undefined
  let [from, to] = [0, 1]
  const [dx, dy] = [x2 - x1, y2 - y1]
  for (const [p, q] of [[-dx, x1 - frame.left], [dx, frame.right - x1], [-dy, y1 - frame.top], [dy, frame.bottom - y1]]) {
    if (p === 0 && q < 0) return undefined
    if (p < 0) from = Math.max(from, q / p)
    if (p > 0) to = Math.min(to, q / p)
  }
  return from > to ? undefined : [x1 + from * dx, y1 + from * dy, x1 + to * dx, y1 + to * dy]
}

function within(x, y, frame) {
  const slack = 0.5
  return x >= frame.left - slack && x <= frame.right + slack && y >= frame.top - slack && y <= frame.bottom + slack
}

// Both plots within the drawing: the surface with equal units on its axes, the loss beside it.
function layout(width, height, scale, content) {
  const [left, right, bottom, top] = content.box
  const room = { left: 46 * scale, top: 30 * scale, bottom: 44 * scale, between: 66 * scale, right: 22 * scale }
  const tall = Math.max(height - room.top - room.bottom, 40)
  const wide = Math.max(width - room.left - room.between - room.right, 80)
  let plot = { wide: 0.62 * wide, tall }
  if (!content.one_dimensional) {
    const unit = Math.min((0.74 * wide) / (right - left), tall / (top - bottom))
    plot = { wide: unit * (right - left), tall: unit * (top - bottom) }
  }
  const frame = { left: room.left, right: room.left + plot.wide, top: room.top, bottom: room.top + plot.tall }
  const side = { left: frame.right + room.between, right: width - room.right, top: room.top, bottom: frame.bottom }
  return { frame, side }
}

// Contours as a picture: bands of the field between its grid points, with a smooth line where one band ends.
function contourPicture(field, wide, tall, colors) {
  const canvas = element("canvas", { width: Math.max(2, Math.round(wide)), height: Math.max(2, Math.round(tall)) })
  const { width, height } = canvas
  const context = canvas.getContext("2d")
  const image = context.createImageData(width, height)
  const levels = stretched(field, width, height)
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const level = levels[at]
      const across = x + 1 < width ? levels[at + 1] - level : level - levels[at - 1]
      const down = y + 1 < height ? levels[at + width] - level : level - levels[at - width]
      const nearest = Math.round(level)
      const pixels = Math.abs(level - nearest) / Math.max(Math.hypot(across, down), 1e-9)
      const line = nearest > 0 && nearest < BANDS ? Math.min(Math.max(1.2 - pixels, 0), 1) || 0 : 0
      const hatched = (x + y) % HATCHING < 2
      const band = Number.isNaN(level) ? (hatched ? colors.line : colors.bands[0]) : colors.bands[Math.min(Math.floor(level), BANDS - 1)]
      for (let part = 0; part < 3; part++) image.data[4 * at + part] = band[part] + line * (colors.line[part] - band[part])
      image.data[4 * at + 3] = 255
    }
  }
  context.putImageData(image, 0, 0)
  return canvas
}

// The field, from 0 to the number of bands, at every pixel: straight between the points of its grid.
function stretched(field, width, height) {
  const [rows, columns] = field.shape
  const levels = new Float32Array(width * height)
  for (let y = 0, at = 0; y < height; y++) {
    const v = (1 - y / (height - 1)) * (rows - 1)
    const row = Math.min(Math.floor(v), rows - 2)
    for (let x = 0; x < width; x++, at++) {
      const u = (x / (width - 1)) * (columns - 1)
      const column = Math.min(Math.floor(u), columns - 2)
      const corner = row * columns + column
      const [right, up] = [u - column, v - row]
      const below = field[corner] + right * (field[corner + 1] - field[corner])
      const above = field[corner + columns] + right * (field[corner + columns + 1] - field[corner + columns])
      levels[at] = (below + up * (above - below)) * BANDS
    }
  }
  return levels
}

// Pieces of line as one path.
function trail(pieces) {
  let path = ""
  for (let at = 0; at < pieces.length; at += 4) {
    const goesOn = at > 0 && pieces[at] === pieces[at - 2] && pieces[at + 1] === pieces[at - 1]
    path += `${goesOn ? "" : `M${pieces[at]} ${pieces[at + 1]}`}L${pieces[at + 2]} ${pieces[at + 3]}`
  }
  return path
}

// From one colour to another in even steps.
function bandColors(palette) {
  const parse = (color) => [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16))
  const mix = (share, a, b) => a.map((value, part) => Math.round(value + share * (b[part] - value)))
  const [low, grid, line] = [palette.surface, palette.grid, palette.muted].map(parse)
  const high = mix(0.12, grid, line)
  const bands = Array.from({ length: BANDS }, (_, band) => mix(band / (BANDS - 1), low, high))
  return { bands, line: mix(0.45, high, line) }
}
