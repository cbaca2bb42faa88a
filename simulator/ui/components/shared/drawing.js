// What pictures share: unpacking, numbers as text, theme, and a painter that draws on a canvas or writes SVG.
const COLOR_NAME = /^@(?!px |area )/
const SIZED = ["mark", "axis", "legend"]
const LENGTHS =
  "strokeWidth dx dy xOffset yOffset fontSize limit cornerRadius thickness radius labelLimit labelPadding titlePadding " +
  "labelOffset labelSeparation labelFontSize titleFontSize tickSize offset padding rowPadding columnPadding symbolStrokeWidth"
const NEGATIVE_DASH = [7, 5]

// Undo `pack` of simulator/drawing/picture.py: 8 bytes of length, a JSON header, then the arrays.
function unpack(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = view.getUint32(0, true)
  const start = 8 + length
  const header = new TextDecoder().decode(bytes.subarray(8, start))
  const body = bytes.slice(start).buffer
  const types = { f4: Float32Array, i4: Int32Array, u1: Uint8Array }
  return JSON.parse(header, (_, value) => {
    if (!value || value.$array === undefined) return value
    const size = value.shape.reduce((product, side) => product * side, 1)
    const array = new types[value.$array](body, value.at, size)
    array.shape = value.shape
    return array
  })
}

const SUPERSCRIPTS = { "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸", "9": "⁹" }

// Three significant digits, powers of ten written out.
function numberText(value, digits = 3) {
  if (value === null || value === undefined) return "–"
  if (Number.isNaN(value)) return "NaN"
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞"
  if (value === 0) return "0"
  const sign = value < 0 ? "−" : ""
  const [mantissa, exponent] = Math.abs(value).toExponential(digits - 1).split("e")
  const power = Number(exponent)
  if (power >= -3 && power < 5) {
    const rounded = Number(`${mantissa}e${power}`).toFixed(Math.max(digits - 1 - power, 0))
    return sign + (rounded.includes(".") ? rounded.replace(/\.?0+$/, "") : rounded)
  }
  const raised = [...String(power)].map((digit) => SUPERSCRIPTS[digit]).join("")
  return `${sign}${mantissa.replace(/\.?0+$/, "")}×10${raised}`
}

// The shortest writing that still gives the same float32.
function exactText(value) {
  if (typeof value !== "number" || !Number.isFinite(value)) return typeof value === "number" ? numberText(value) : String(value ?? "–")
  for (let digits = 6; digits < 10; digits++) {
    const written = Number(value.toPrecision(digits))
    if (Math.fround(written) === Math.fround(value)) return String(written)
  }
  return String(value)
}

// A column is a list, or an array of (frames, rows).
function cell(column, frame, row) {
  if (column.shape?.length === 2) return column[frame * column.shape[1] + row]
  return column[row]
}

function columnLength(column) {
  return column.shape?.length === 2 ? column.shape[1] : column.length
}

// Records of a data set at one frame. What is not finite becomes null with a note, as in `table_rows`.
function tableRows(columns, frame) {
  const names = Object.keys(columns)
  const rows = []
  const length = names.length ? columnLength(columns[names[0]]) : 0
  for (let row = 0; row < length; row++) {
    const record = {}
    for (const name of names) {
      const value = cell(columns[name], frame, row)
      if (typeof value === "number" && !Number.isFinite(value)) {
        record[name] = null
        record[`${name}_note`] = numberText(value)
      } else {
        record[name] = value
      }
    }
    rows.push(record)
  }
  return rows
}

function luminance(color) {
  const probe = document.createElement("canvas").getContext("2d")
  probe.fillStyle = color
  const [red, green, blue] = probe.fillStyle.match(/[0-9a-f]{2}/gi).map((part) => parseInt(part, 16) / 255)
  return 0.2126 * red ** 2.2 + 0.7152 * green ** 2.2 + 0.0722 * blue ** 2.2
}

// What the reader sees now: colours, font and text size of the page around a component.
function readTheme(host, themes) {
  const style = getComputedStyle(host)
  const background = style.getPropertyValue("--st-background-color").trim() || "#ffffff"
  const text = style.getPropertyValue("--st-text-color").trim()
  const page = document.documentElement
  const high = page.dataset.contrast === "high" || /^#(0{6}|f{6})$/i.test(text)
  const dark = luminance(background) < 0.4
  const name = (high ? "contrast_" : "") + (dark ? "dark" : "light")
  const size = parseFloat(getComputedStyle(page).fontSize) / 16
  const scale = Math.max(1, size) // on the stage, labels of 15 px at 1080p are 1/36 of the window's height
  const font = style.getPropertyValue("--st-font").trim() || style.fontFamily
  return { name, scale, font, background, palette: themes[name], key: [name, scale, font, background].join("|") }
}

// Put colours and sizes in place of their names, as `resolve` of simulator/drawing/theme.py.
function resolveNames(spec, theme) {
  if (Array.isArray(spec)) return spec.map((item) => resolveNames(item, theme))
  if (spec && typeof spec === "object") {
    const sized = ([name, value]) => (SIZED.includes(name) && value && typeof value === "object" ? grown(value, theme.scale) : value)
    return Object.fromEntries(Object.entries(spec).map((part) => [part[0], resolveNames(sized(part), theme)]))
  }
  if (typeof spec !== "string") return spec
  if (spec.startsWith("@px ")) return Number(spec.slice(4)) * theme.scale
  if (spec.startsWith("@area ")) return Number(spec.slice(6)) * theme.scale ** 2
  if (!COLOR_NAME.test(spec)) return spec
  const [name, index] = spec.slice(1).split(".")
  const found = theme.palette[name]
  return index === undefined ? found : found[index]
}

// A mark, axis or legend whose plain numbers of pixels, those at 1080p, have grown: `_grown` of simulator/drawing/theme.py.
function grown(part, scale) {
  const powers = new Map(LENGTHS.split(" ").map((name) => [name, 1]))
  powers.set("symbolSize", 2).set("size", ["point", "circle", "square"].includes(part.type) ? 2 : 1)
  const size = ([name, value]) => [name, typeof value === "number" ? value * scale ** (powers.get(name) ?? 0) : value]
  return Object.fromEntries(Object.entries(part).map(size))
}

// Dashes as long as the lines are wide.
function dashes(dash, scale) {
  return dash.map((length) => length * scale)
}

// Widths and dashes of lines are those at 1080p; they grow with the text.
class CanvasPainter {
  constructor(context, font, scale = 1) {
    this.context = context
    this.font = font
    this.scale = scale
  }

  style({ color, width = 1, dash = [], alpha = 1 }) {
    const { context } = this
    context.globalAlpha = alpha
    context.strokeStyle = color
    context.lineWidth = width * this.scale
    context.setLineDash(dashes(dash, this.scale))
    context.lineJoin = "round"
  }

  // Many separate lines of one style: x1, y1, x2, y2, …
  lines(numbers, style) {
    this.style(style)
    const { context } = this
    context.beginPath()
    for (let index = 0; index < numbers.length; index += 4) {
      context.moveTo(numbers[index], numbers[index + 1])
      context.lineTo(numbers[index + 2], numbers[index + 3])
    }
    context.stroke()
    context.globalAlpha = 1
  }

  shape(path, { fill, color, width = 1, dash = [], alpha = 1 }) {
    const { context } = this
    const drawn = new Path2D(path)
    context.globalAlpha = alpha
    if (fill) {
      context.fillStyle = fill
      context.fill(drawn)
    }
    if (color) {
      this.style({ color, width, dash, alpha })
      context.stroke(drawn)
    }
    context.globalAlpha = 1
  }

  text(written, x, y, { size = 15, color, align = "left", baseline = "middle", weight = 400, turn = 0, halo } = {}) {
    const { context } = this
    context.save()
    context.translate(x, y)
    context.rotate(turn)
    context.font = `${weight} ${size}px ${this.font}`
    context.textAlign = align
    context.textBaseline = baseline
    if (halo) {
      context.strokeStyle = halo
      context.lineWidth = 4 * this.scale
      context.lineJoin = "round"
      context.strokeText(written, 0, 0)
    }
    context.fillStyle = color
    context.fillText(written, 0, 0)
    context.restore()
  }

  // A picture of grid points: the outermost points lie on the frame, so half a pixel is cut off each edge.
  grid(picture, x, y, width, height) {
    this.context.drawImage(picture, 0.5, 0.5, picture.width - 1, picture.height - 1, x, y, width, height)
  }
}

class SvgPainter {
  constructor(font, scale = 1) {
    this.font = font
    this.scale = scale
    this.parts = []
  }

  attributes({ color, width = 1, dash = [], alpha = 1 }) {
    const dashed = dash.length ? ` stroke-dasharray="${dashes(dash, this.scale).join(" ")}"` : ""
    return `stroke="${color}" stroke-width="${round(width * this.scale)}" stroke-linejoin="round" opacity="${alpha}"${dashed}`
  }

  lines(numbers, style) {
    let path = ""
    for (let index = 0; index < numbers.length; index += 4) {
      path += `M${round(numbers[index])} ${round(numbers[index + 1])}L${round(numbers[index + 2])} ${round(numbers[index + 3])}`
    }
    this.parts.push(`<path d="${path}" fill="none" ${this.attributes(style)}/>`)
  }

  shape(path, { fill, color, ...style }) {
    const stroke = color ? this.attributes({ color, ...style }) : `opacity="${style.alpha ?? 1}"`
    this.parts.push(`<path d="${path}" fill="${fill ?? "none"}" ${stroke}/>`)
  }

  text(written, x, y, { size = 15, color, align = "left", baseline = "middle", weight = 400, turn = 0, halo } = {}) {
    const anchor = { left: "start", center: "middle", right: "end" }[align]
    const line = { middle: "central", top: "hanging", bottom: "text-after-edge", alphabetic: "alphabetic" }[baseline]
    const turned = turn ? ` transform="rotate(${(turn * 180) / Math.PI} ${round(x)} ${round(y)})"` : ""
    const outline = halo ? ` paint-order="stroke" stroke="${halo}" stroke-width="${4 * this.scale}" stroke-linejoin="round"` : ""
    this.parts.push(
      `<text x="${round(x)}" y="${round(y)}" font-family="${escapeXml(this.font)}" font-size="${round(size)}" font-weight="${weight}" ` +
        `fill="${color}" text-anchor="${anchor}" dominant-baseline="${line}"${turned}${outline}>${escapeXml(written)}</text>`
    )
  }

  grid(picture, x, y, width, height) {
    const fine = element("canvas", { width: 2 * Math.round(width), height: 2 * Math.round(height) })
    const context = fine.getContext("2d")
    context.imageSmoothingQuality = "high"
    context.drawImage(picture, 0.5, 0.5, picture.width - 1, picture.height - 1, 0, 0, fine.width, fine.height)
    this.parts.push(
      `<image href="${fine.toDataURL("image/png")}" x="${round(x)}" y="${round(y)}" width="${round(width)}" ` +
        `height="${round(height)}" preserveAspectRatio="none"/>`
    )
  }
}

function round(number) {
  return Math.round(number * 100) / 100
}

function escapeXml(written) {
  return String(written).replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign])
}

function circlePath(x, y, radius) {
  return `M${x - radius} ${y}a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0Z`
}
