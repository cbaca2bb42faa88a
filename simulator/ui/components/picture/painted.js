// A canvas that our own drawings paint on; `draw(painter)` paints in CSS pixels.
class PaintedCanvas {
  constructor(place) {
    this.canvas = place.appendChild(element("canvas"))
    this.context = this.canvas.getContext("2d")
  }

  resize(width, height) {
    this.ratio = window.devicePixelRatio || 1
    this.width = width
    this.height = height
    this.canvas.width = Math.round(width * this.ratio)
    this.canvas.height = Math.round(height * this.ratio)
    this.canvas.style.width = `${width}px`
    this.canvas.style.height = `${height}px`
  }

  paint({ font, scale }, draw) {
    this.context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0)
    this.context.clearRect(0, 0, this.width, this.height)
    draw(new CanvasPainter(this.context, font, scale))
  }

  copy({ font, scale }, ratio, draw) {
    const canvas = element("canvas", { width: this.width * ratio, height: this.height * ratio })
    const context = canvas.getContext("2d")
    context.scale(ratio, ratio)
    draw(new CanvasPainter(context, font, scale))
    return canvas
  }

  svg({ font, scale }, draw) {
    const painter = new SvgPainter(font, scale)
    draw(painter)
    return `<svg width="${this.width}" height="${this.height}" viewBox="0 0 ${this.width} ${this.height}">${painter.parts.join("")}</svg>`
  }
}
