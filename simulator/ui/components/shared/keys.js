// Keys of everything that is stepped through: arrows, Home, End, and Page Up and Page Down of a clicker.
const CLICKER = new Set(["PageUp", "PageDown"])
const BUTTON_OF_KEY = {
  ArrowLeft: "back",
  PageUp: "back",
  ArrowRight: "forward",
  PageDown: "forward",
  Home: "first",
  End: "last",
}

// Which button a key means; undefined where the key belongs to something else.
function buttonOfKey(event, own, keeps = () => false) {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return undefined
  const button = BUTTON_OF_KEY[event.key]
  const target = event.composedPath()[0]
  return button === undefined || takesKeys(target, event.key, own, keeps) ? undefined : button
}

// Whether the focused element needs the key itself. A clicker sends PageUp and PageDown while the focus may still be on
// a control that the teacher has just moved, so only places for text keep those.
function takesKeys(target, key, own, keeps) {
  if (!(target instanceof Element)) return false
  if (target.closest(own)) return target.tagName === "SELECT" || (!CLICKER.has(key) && keeps(target))
  if (target.isContentEditable || target.tagName === "TEXTAREA" || target.tagName === "SELECT") return true
  const typed = target.tagName === "INPUT" && !["range", "checkbox", "radio", "button"].includes(target.type)
  if (typed || target.closest("[role=dialog], [role=listbox], [role=menu], [role=grid]")) return true
  if (CLICKER.has(key)) return false
  const roles = "[role=slider], [role=tab], [role=radio], [role=radiogroup], [role=spinbutton], [role=combobox]"
  return target.tagName === "INPUT" || target.closest(roles) !== null || keeps(target)
}

// Whether the focused element takes letters: a place for text, or a list that is searched by typing.
function takesLetters(event) {
  const target = event.composedPath()[0]
  if (!(target instanceof Element)) return false
  if (target.isContentEditable || ["TEXTAREA", "SELECT"].includes(target.tagName)) return true
  if (target.tagName === "INPUT" && !["range", "checkbox", "radio", "button"].includes(target.type)) return true
  return target.closest("[role=combobox], [role=listbox], [role=menu], [role=dialog], [aria-haspopup=listbox]") !== null
}

// Give the keys back to what is stepped through: once what was chosen or typed is shown, the list of examples and the box
// of an expression have done their work. A reader who has gone on to another box stays there.
const FINISHED = ["preset", "expression", "net"].map((name) => `[class*="st-key-controls-"][class*="-${name}-"]`).join()
function leaveFinishedControl() {
  const at = document.activeElement
  if (at instanceof HTMLElement && at.tagName === "INPUT" && at.closest(FINISHED)) at.blur()
}
