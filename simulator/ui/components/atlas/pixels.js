// The pixels of the map: colours by the logarithm of the loss; what diverged is hatched, over all its neighbours alike.
const CIVIDIS = ["#00224e", "#35456c", "#666970", "#948e77", "#c8b866", "#fee838"].map((color) =>
  [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16))
)
const [UNKNOWN, CONVERGED] = [0, 1]

// `look`: the paper that is not painted, the ink of the hatching, and the side of its tile in pixels of the canvas.
function paintPixels(canvas, { state, loss, range }, look) {
  const [rows, columns] = state.shape
  const context = canvas.getContext("2d")
  const hatch = hatching(context, look)
  const x = (column) => Math.round((column / columns) * canvas.width)
  const y = (row) => Math.round((1 - row / rows) * canvas.height)
  context.fillStyle = look.paper
  context.fillRect(0, 0, canvas.width, canvas.height)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const place = row * columns + column
      if (state[place] === UNKNOWN) continue
      context.fillStyle = state[place] === CONVERGED ? lossColor(loss[place], range) : hatch
      context.fillRect(x(column), y(row + 1), x(column + 1) - x(column), y(row) - y(row + 1))
    }
  }
}

function hatching(context, { paper, ink, side }) {
  const tile = document.createElement("canvas")
  tile.width = tile.height = Math.max(1, side || 0) // a picture that is not in sight yet has no size, or none that is a number
  const painter = tile.getContext("2d")
  painter.fillStyle = paper
  painter.fillRect(0, 0, side, side)
  painter.strokeStyle = ink
  painter.lineWidth = Math.max(1, 0.16 * side)
  for (const shift of [-side, 0, side]) {
    painter.beginPath()
    painter.moveTo(shift, side)
    painter.lineTo(shift + side, 0)
    painter.stroke()
  }
  return context.createPattern(tile, "repeat")
}

function lossColor(loss, [low, high]) {
  const share = clamped(Math.log(Math.max(loss, 1e-30) / low) / Math.log(high / low), 0, 1) * (CIVIDIS.length - 1)
  const from = Math.min(Math.floor(share), CIVIDIS.length - 2)
  const mixed = CIVIDIS[from].map((part, at) => Math.round(part + (share - from) * (CIVIDIS[from + 1][at] - part)))
  return `rgb(${mixed.join(" ")})`
}
