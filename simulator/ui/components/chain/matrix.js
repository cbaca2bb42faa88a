// A matrix on the page: a table of numbers, or a heat map where it is large; one entry chosen, a row or column lit.
const LARGEST_TABLE = 8

function isLarge(matrix) {
  return matrix.rows > LARGEST_TABLE || matrix.cols > LARGEST_TABLE
}

// options: chosen {row, col}, lit {row?, col?}, press(row, col), side: of a heat map in pixels
function matrixBox(part, options) {
  const { matrix, tone, symbol } = part
  const box = element("figure", { className: `matrix ${tone}${options.lit ? " used" : ""}` })
  const head = element("figcaption", {}, math(toned(tone, symbol)))
  head.append(element("span", { className: "size", textContent: matrix.unknown ? " ?×?" : ` ${matrix.rows}×${matrix.cols}` }))
  box.append(isLarge(matrix) ? heatMap(part, options) : numberTable(part, options), head)
  return box
}

function isLit(lit, row, col) {
  if (!lit) return false
  if (lit.row === undefined && lit.col === undefined) return false
  return (lit.row === undefined || lit.row === row) && (lit.col === undefined || lit.col === col)
}

function numberTable({ matrix, symbol }, options) {
  const table = element("table", { className: "entries" })
  table.setAttribute("aria-label", symbol.replace(/[\\{}^_]/g, ""))
  for (let row = 0; row < matrix.rows; row++) {
    const line = table.appendChild(element("tr"))
    for (let col = 0; col < matrix.cols; col++) {
      const value = matrix.at(row, col)
      const cell = line.appendChild(element("td", { textContent: shownNumber(value) }))
      if (value !== null) cell.title = exactText(value)
      if (isLit(options.lit, row, col)) cell.classList.add("lit")
      if (options.chosen && options.chosen.row === row && options.chosen.col === col) {
        cell.classList.add("chosen")
        cell.setAttribute("aria-current", "true")
      }
      if (options.press) pressable(cell, row, col, options)
    }
  }
  return element("div", { className: "brackets" }, table)
}

function pressable(cell, row, col, { press, matrix, chosen }) {
  cell.classList.add("pressable")
  cell.onclick = () => press(row, col)
  const isChosen = chosen && chosen.row === row && chosen.col === col
  cell.tabIndex = isChosen ? 0 : -1
  cell.dataset.entry = `${row},${col}`
  cell.onkeydown = (event) => {
    const by = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key]
    if (!by) return
    event.preventDefault()
    event.stopPropagation()
    const rows = cell.closest("table").rows
    press(Math.max(0, Math.min(row + by[0], rows.length - 1)), Math.max(0, Math.min(col + by[1], rows[0].cells.length - 1)))
  }
}

function heatMap({ matrix, symbol }, options) {
  const side = Math.max(2, Math.min(options.side / 8, Math.floor(options.side / Math.max(matrix.rows, matrix.cols))))
  const [width, height] = [side * matrix.cols, side * matrix.rows]
  const ratio = window.devicePixelRatio || 1
  const canvas = element("canvas", { width: width * ratio, height: height * ratio })
  canvas.style.width = `${width}px`
  canvas.style.height = `${height}px`
  canvas.setAttribute("role", "img")
  const largest = largestOf(matrix)
  canvas.setAttribute("aria-label", `${symbol.replace(/[\\{}^_]/g, "")} ${matrix.rows}×${matrix.cols}, max |·| ${numberText(largest)}`)
  const context = canvas.getContext("2d")
  context.scale(ratio, ratio)
  for (let row = 0; row < matrix.rows; row++)
    for (let col = 0; col < matrix.cols; col++) {
      const value = matrix.at(row, col)
      context.fillStyle = value === null ? options.palette.track : diverging(options.palette.diverging, largest ? value / largest : 0)
      context.fillRect(col * side, row * side, side, side)
      if (value < 0 && side >= 10) {
        context.fillStyle = options.palette.ink
        context.fillRect(col * side + side / 2 - 2.5, row * side + side / 2 - 0.5, 5, 1.4)
      }
    }
  context.strokeStyle = options.palette.ink
  const outline = (x, y, w, h, thick) => {
    context.lineWidth = thick
    context.strokeRect(x * side + thick / 2, y * side + thick / 2, w * side - thick, h * side - thick)
  }
  const { lit, chosen } = options
  if (lit && (lit.row !== undefined || lit.col !== undefined))
    outline(lit.col ?? 0, lit.row ?? 0, lit.col === undefined ? matrix.cols : 1, lit.row === undefined ? matrix.rows : 1, 2)
  if (chosen) outline(chosen.col, chosen.row, 1, 1, 2.5)
  if (options.press) {
    canvas.classList.add("pressable")
    canvas.onclick = (event) => options.press(Math.min(matrix.rows - 1, Math.floor(event.offsetY / side)), Math.min(matrix.cols - 1, Math.floor(event.offsetX / side)))
  }
  canvas.onpointermove = (event) => {
    const [row, col] = [Math.floor(event.offsetY / side), Math.floor(event.offsetX / side)]
    if (row >= 0 && col >= 0 && row < matrix.rows && col < matrix.cols) canvas.title = `(${row + 1}, ${col + 1}) ${shownExactly(matrix.at(row, col))}`
  }
  const scale = element("span", { className: "scale", textContent: matrix.at(0, 0) === null ? "?" : `−${numberText(largest)} … ${numberText(largest)}` })
  return element("div", { className: "heat" }, canvas, scale)
}

function diverging(colors, share) {
  const place = ((Math.max(-1, Math.min(1, share)) + 1) / 2) * (colors.length - 1)
  const low = Math.min(Math.floor(place), colors.length - 2)
  const rest = place - low
  const parts = [colors[low], colors[low + 1]].map((color) => [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16)))
  return `rgb(${parts[0].map((part, index) => Math.round(part + rest * (parts[1][index] - part))).join(",")})`
}

// The result, "=", and what it is made of; the entry that is chosen and what meets in it are lit. While a prediction is
// asked for, only the entry that is asked for is marked, and what meets in it is for the reader to find.
function equationBox(equation, options) {
  const row = element("div", { className: "equation" })
  const { result, terms, signs } = equation
  const { asking } = options
  const chosen = asking ? asking.entry : clampedEntry(result.matrix, options.entry)
  row.append(matrixBox(result, { ...options, chosen, press: options.press }), sign("="))
  if (equation.scale && equation.scale !== 1) row.append(sign(numberText(equation.scale)), sign("· ("))
  if (equation.sums) row.append(sign(options.words.column_sums))
  if (equation.applied) row.append(sign(options.words[`function_${equation.applied}`]), sign("("))
  terms.forEach((one, place) => {
    if (place) row.append(sign(signs[place - 1]))
    row.append(matrixBox(one, { palette: options.palette, side: options.side, lit: chosen && (!asking || asking.lit) ? one.meets(chosen.row, chosen.col) : null }))
  })
  if (equation.applied || equation.closes || (equation.scale && equation.scale !== 1)) row.append(sign(")"))
  return row
}

function sign(text) {
  return element("span", { className: "sign", textContent: text })
}

function clampedEntry(matrix, entry) {
  return { row: Math.min(entry?.row ?? 0, matrix.rows - 1), col: Math.min(entry?.col ?? 0, matrix.cols - 1) }
}

// One entry written out: its name, the products by name, the products in numbers, the sum.
const SHOWN_PARTS = 5
function entryLine(equation, options) {
  const { result } = equation
  const { row, col } = options.asking?.entry ?? clampedEntry(result.matrix, options.entry)
  const parts = equation.parts(row, col)
  const shown = parts.length > SHOWN_PARTS + 1 ? [...parts.slice(0, SHOWN_PARTS), null] : parts
  const rest = parts.length - SHOWN_PARTS
  const join = (write) => {
    let written = ""
    shown.forEach((factors, place) => {
      const minus = factors?.[0].minus
      if (place) written += minus ? " − " : " + "
      written += factors === null ? words(options.words.more_terms, { number: rest }) : factors.map(write).join("·")
    })
    return written
  }
  const name = toned(result.tone, result.single ? entryName(result, null, col) : entryName(result, row, col))
  const scale = equation.scale && equation.scale !== 1 ? numberText(equation.scale) : ""
  const wrap = (inner) => (scale ? `${scale}·(${inner})` : equation.applied ? `${options.words[`function_${equation.applied}`]}(${inner})` : inner)
  const inNames = wrap(join((factor) => toned(factor.tone, entryName(factor, ...factor.at))))
  const inNumbers = wrap(join((factor) => toned(factor.tone, shown.length > 1 || equation.signs.length ? bracketed(factor.value) : shownNumber(factor.value))))
  const total = shownNumber(result.matrix.at(row, col))
  const line = element("div", { className: "entry-line" })
  const readable = equation.terms.every((one) => !isLarge(one.matrix))
  if (options.asking && readable) {
    line.append(math(`${name} = \\b{${toned(result.tone, "?")}}`))
    return line
  }
  if (equation.applied === "softmax") {
    const powers = (write) => Array.from({ length: result.matrix.cols }, (_, other) => `e^{${write(other)}}`).join(" + ")
    const one = equation.terms[0]
    const named = (other) => entryName(one, row, other)
    const valued = (other) => numberText(one.matrix.at(row, other))
    const few = result.matrix.cols <= SHOWN_PARTS
    line.append(math(`${name} = \\frac{e^{${named(col)}}}{${few ? powers(named) : "Σ e^{z}"}}`))
    if (few) line.append(math(` = \\frac{e^{${valued(col)}}}{${powers(valued)}}`))
    line.append(math(` = \\b{${toned(result.tone, total)}}`))
    return line
  }
  line.append(math(`${name} ${equation.moves ? "←" : "="} ${inNames}`), math(` = ${inNumbers} = \\b{${toned(result.tone, total)}}`))
  return line
}
