// Geometry of the map: shapes of points, marks of an axis, boundaries between answers.
function shapePath(shape, x, y, radius) {
  const r = radius
  if (shape === "square") return `M${x - 0.9 * r} ${y - 0.9 * r}h${1.8 * r}v${1.8 * r}h${-1.8 * r}Z`
  if (shape === "triangle") return `M${x} ${y - 1.2 * r}L${x + 1.1 * r} ${y + 0.85 * r}H${x - 1.1 * r}Z`
  if (shape === "diamond") return `M${x} ${y - 1.25 * r}L${x + 1.25 * r} ${y}L${x} ${y + 1.25 * r}L${x - 1.25 * r} ${y}Z`
  if (shape === "wedge") return `M${x} ${y + 1.2 * r}L${x + 1.1 * r} ${y - 0.85 * r}H${x - 1.1 * r}Z`
  if (shape === "cross") {
    const a = 0.42 * r
    const b = 1.15 * r
    return `M${x - a} ${y - b}h${2 * a}v${b - a}h${b - a}v${2 * a}h${a - b}v${b - a}h${-2 * a}v${a - b}h${a - b}v${-2 * a}h${b - a}Z`
  }
  return circlePath(x, y, r)
}

// Round numbers within an interval, about four.
function niceTicks(low, high) {
  const raw = (high - low) / 4
  const power = 10 ** Math.floor(Math.log10(raw))
  const unit = [1, 2, 5, 10].map((digit) => digit * power).find((candidate) => candidate >= raw)
  const ticks = []
  for (let index = Math.ceil(low / unit); index * unit <= high + 1e-9 * unit; index++) ticks.push(Number((index * unit).toPrecision(6)))
  return ticks
}

// How far one answer is ahead of the best other one, at every grid point: positive where it wins.
function marginField(values, side, outputs, index, single) {
  const field = new Float32Array(side * side)
  for (let at = 0; at < field.length; at++) {
    if (single) {
      field[at] = (index ? 1 : -1) * (values[at] - TOP_LEVEL / 2) * 2
      continue
    }
    let other = -1
    for (let rival = 0; rival < outputs; rival++) {
      if (rival !== index && values[at * outputs + rival] > other) other = values[at * outputs + rival]
    }
    field[at] = values[at * outputs + index] - other
  }
  return field
}

// Marching squares at level 0: line pieces x1, y1, x2, y2 in shares of the side.
function contour(field, side) {
  const pieces = []
  const last = side - 1
  for (let row = 0; row < last; row++) {
    for (let column = 0; column < last; column++) {
      const corners = [
        [column, row, field[row * side + column]],
        [column + 1, row, field[row * side + column + 1]],
        [column + 1, row + 1, field[(row + 1) * side + column + 1]],
        [column, row + 1, field[(row + 1) * side + column]],
      ]
      const crossings = []
      for (let edge = 0; edge < 4; edge++) {
        const [x1, y1, v1] = corners[edge]
        const [x2, y2, v2] = corners[(edge + 1) % 4]
        if (v1 > 0 === v2 > 0) continue
        const share = v1 / (v1 - v2)
        crossings.push((x1 + share * (x2 - x1)) / last, (y1 + share * (y2 - y1)) / last)
      }
      for (let at = 0; at + 3 < crossings.length; at += 4) pieces.push(...crossings.slice(at, at + 4))
    }
  }
  return pieces
}
