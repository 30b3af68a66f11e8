// Forms with files: limits are checked before anything is sent, each file shows how far it is, sending can be stopped
// and tried again, and what was chosen and typed stays on the page. After an error the files are sent one by one, for the
// server to keep with the form, so that one that has arrived is not sent again.
import { follow, isFailure, losesForm, read, refusal, show } from './answers.js'
import { dismiss, notify, say } from './words.js'

const MB = 1024 * 1024

// Fields before a file that is sent alone; the first has the server keep the file and do nothing else.
const LEADING = ['enter', 'form', 'key']

// A list of files that is set again has other objects for the same files.
const isSame = (one, other) => one.name === other.name && one.size === other.size && one.lastModified === other.lastModified

// Returns a size in words, rounded up so that a file over the limit never looks within it.
const sizeOf = (bytes) => (bytes < MB ? `${Math.ceil(bytes / 1024)} KB` : `${Math.ceil((bytes / MB) * 10) / 10} MB`)

// Makes a button of a file.
function button(words, name, press) {
  const made = document.createElement('button')
  Object.assign(made, { type: 'button', className: 'link', textContent: words })
  const hidden = made.appendChild(document.createElement('span'))
  Object.assign(hidden, { className: 'govuk-visually-hidden', textContent: ` ${name}` })
  made.addEventListener('click', press)
  return made
}

function watch(form) {
  const input = form.querySelector('input[type=file]')
  if (!input) return
  const sending = new Sending(form, input)
  input.addEventListener('change', () => sending.choose())
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    sending.send()
  })
}

// The files of a form and the request that sends them.
class Sending {
  constructor(form, input) {
    this.form = form
    this.input = input
    this.request = null
    this.hasFailed = false
    // True while the whole form is sent, false while one file is.
    this.sendsForm = false
    this.list = document.createElement('ul')
    this.list.className = 'govuk-list sent-files'
    input.after(this.list)
  }

  get files() {
    return [...this.input.files]
  }

  // Returns whether files are sent one by one: after an error, in a form whose files the server keeps.
  get sendsEach() {
    return this.hasFailed && 'keeps' in this.input.dataset
  }

  // Returns what is wrong with the chosen files: the limits stand on the file field.
  faults() {
    const { maxFileBytes, maxFiles, maxFormBytes } = this.input.dataset
    const found = this.files
      .filter((file) => maxFileBytes && file.size > Number(maxFileBytes))
      .map((file) => say('fileTooLarge', { file: file.name, size: sizeOf(file.size), limit: sizeOf(maxFileBytes) }))
    const empty = this.files.filter((file) => file.size === 0).map((file) => say('fileEmpty', { file: file.name }))
    found.push(...empty)
    if (maxFiles && this.files.length > Number(maxFiles)) found.push(say('filesTooMany', { limit: maxFiles, number: this.files.length }))
    const total = this.files.reduce((sum, file) => sum + file.size, 0)
    if (maxFormBytes && total > Number(maxFormBytes)) {
      found.push(say('filesTooLarge', { size: sizeOf(total), limit: sizeOf(maxFormBytes) }))
    }
    return found
  }

  // Says that what was entered, and the files if there are any, are still on the page.
  kept() {
    return say(this.files.length > 0 ? 'offlineFiles' : 'offlineSays')
  }

  // Lists the chosen files, each with a button that leaves it out and, after an error, one that sends it alone.
  render() {
    this.list.replaceChildren(...this.files.map((file) => this.row(file)))
  }

  choose() {
    this.render()
    this.check()
  }

  check() {
    const faults = this.faults()
    if (faults.length > 0) notify(this.form, say('filesTitle'), faults)
    else dismiss(this.form)
    return faults.length === 0
  }

  row(file) {
    const row = document.createElement('li')
    const name = row.appendChild(document.createElement('span'))
    name.textContent = `${file.name} (${sizeOf(file.size)})`
    const bar = row.appendChild(document.createElement('progress'))
    bar.max = Math.max(file.size, 1)
    bar.value = 0
    bar.hidden = true
    bar.setAttribute('aria-label', file.name)
    row.append(button(say('fileRemove'), file.name, () => this.leaveOut(file)))
    if (this.sendsEach) row.append(button(say('fileRetry'), file.name, () => this.sendAlone(file)))
    return row
  }

  // Leaves a file out. While the form is being sent, the others go on without it.
  leaveOut(file) {
    const goesOn = this.request && this.sendsForm && this.files.length > 1
    const request = this.request
    if (goesOn) this.request = null
    request?.abort()
    this.takeOff(file)
    this.check()
    this.input.focus()
    if (goesOn) this.send()
  }

  takeOff(file) {
    const others = new DataTransfer()
    this.files.filter((other) => !isSame(other, file)).forEach((other) => others.items.add(other))
    this.input.files = others.files
    this.render()
  }

  send() {
    if (this.request || !this.check()) return
    if (this.isOfEndedSession) return this.renew(() => this.send())
    this.sendsForm = true
    this.sendEach(this.sendsEach ? this.files : [], () => {
      this.open(new FormData(this.form), (event) => this.show(event), (request) => this.answer(request))
    })
  }

  sendAlone(file) {
    if (this.request || !this.check()) return
    if (this.isOfEndedSession) return this.renew(() => this.sendAlone(file))
    this.sendsForm = false
    this.sendEach([file], () => this.busy(false))
  }

  // Sends files one by one, for the server to keep with the form, and then goes on.
  sendEach([file, ...others], goOn) {
    if (!file) return goOn()
    const body = new FormData()
    LEADING.forEach((name) => body.append(name, this.form.elements[name]?.value ?? name))
    // Files that were kept before stay chosen.
    this.form.querySelectorAll('input[name=kept]:checked').forEach((box) => body.append('kept', box.value))
    body.append(this.input.name, file)
    const show = ({ loaded, total }) => {
      const bar = this.list.querySelectorAll('progress')[this.files.findIndex((other) => isSame(other, file))]
      if (bar) Object.assign(bar, { hidden: false, value: (bar.max * loaded) / total })
    }
    this.open(body, show, (request) => {
      if (this.takeKept(request, file)) this.sendEach(others, goOn)
    })
  }

  // Takes the answer to a file that was sent alone. Returns whether the server keeps it; it is then chosen no longer.
  takeKept(request, file) {
    const page = read(request.responseText)
    const fresh = request.status === 200 && page?.querySelector('.kept-files')
    if (!fresh) {
      const [title, reasons, link] = refusal(page)
      const isRefused = request.status < 500 && !isFailure(request.status) && !request.getResponseHeader('HX-Redirect')
      if (isRefused) this.fail(title ?? say('failedTitle'), [...reasons, say('refusedSays')], link)
      else this.answer(request)
      return false
    }
    const old = this.form.querySelector('.kept-files')
    const left = [...(old?.querySelectorAll('input[name=kept]:not(:checked)') ?? [])].map((box) => box.value)
    fresh.querySelectorAll('input[name=kept]').forEach((box) => { box.checked &&= !left.includes(box.value) })
    if (old) old.replaceWith(document.adoptNode(fresh))
    else this.input.closest('.govuk-form-group').after(document.adoptNode(fresh))
    this.request = null
    this.takeOff(file)
    dismiss(this.form)
    return true
  }

  // Sends a body.
  open(body, show, take) {
    const request = new XMLHttpRequest()
    this.request = request
    request.open('POST', this.form.action)
    // The server answers a script with the address of the next page instead of leading it there.
    request.setRequestHeader('HX-Request', 'true')
    request.responseType = 'text'
    request.upload.addEventListener('progress', show)
    request.addEventListener('load', () => take(request))
    request.addEventListener('error', () => this.fail(say('offlineTitle'), [this.kept()]))
    // A request that was given up for one without some file has nothing to say.
    request.addEventListener('abort', () => this.request === request && this.fail(say('stoppedTitle'), [say('stoppedSays')]))
    this.busy(true)
    request.send(body)
  }

  // Shows how far each file is: they are sent one after the other, after the fields.
  show(event) {
    let left = event.loaded - Math.max(0, event.total - this.files.reduce((sum, file) => sum + file.size, 0))
    for (const bar of this.list.querySelectorAll('progress')) {
      bar.hidden = false
      bar.value = Math.max(0, Math.min(bar.max, left))
      left -= bar.max
    }
  }

  // Puts the buttons into the state of sending or of waiting.
  busy(isBusy) {
    this.form.setAttribute('aria-busy', String(isBusy))
    const button = this.form.querySelector('button[type=submit]')
    button.disabled = isBusy
    this.stop?.remove()
    if (!isBusy) return
    this.stop = document.createElement('button')
    Object.assign(this.stop, { type: 'button', className: 'govuk-button govuk-button--secondary', textContent: say('fileStop') })
    this.stop.dataset.stop = ''
    this.stop.addEventListener('click', () => this.request?.abort())
    button.after(this.stop)
  }

  fail(title, lines, link) {
    this.request = null
    this.hasFailed = true
    this.render()
    this.busy(false)
    this.form.querySelector('button[type=submit]').textContent = say('fileRetry')
    notify(this.form, title, lines, link)
  }

  async answer(request) {
    const next = request.getResponseHeader('HX-Redirect')
    // The session ended, or another one began in this browser meanwhile.
    if (next?.startsWith('/sign-in') || (next?.includes('kept=') && !next.includes('&answer'))) {
      this.fail(say('endedTitle'), [say('endedSays')], { href: '/sign-in', text: say('endedLink') })
      this.sendKept(decodeURIComponent(next).match(/[?&]kept=([\w-]+)/)?.[1])
      this.isOfEndedSession = true
    } else if (next) {
      this.request = null
      follow(this.form, next)
    } else if (!isFailure(request.status) && losesForm(this.form, read(request.responseText), request.status < 300)) {
      const [title, reasons, link] = refusal(read(request.responseText))
      this.fail(title ?? say('failedTitle'), [...reasons, say('refusedSays')], link)
    } else if (isFailure(request.status) || !show(request.responseText)) {
      this.fail(say('failedTitle'), [this.kept()])
    }
  }

  // Names the form that the server kept meanwhile, so that it is gone once this one is sent.
  sendKept(id) {
    const field = this.form.elements.kept_form ?? this.form.appendChild(document.createElement('input'))
    Object.assign(field, { type: 'hidden', name: 'kept_form', value: id ?? field.value })
  }

  // Takes the token of the new session before the form or a file of it is sent again; its key stays, so that nothing is
  // done twice.
  async renew(goOn) {
    if (this.isRenewing) return
    this.isRenewing = true
    const text = await fetch(location.href).then((answer) => answer.text(), () => '')
    const page = new DOMParser().parseFromString(text, 'text/html')
    const fresh = page.querySelector('form[data-upload] input[name=form]')?.value
    if (fresh) this.form.elements.form.value = fresh
    Object.assign(this, { isRenewing: false, isOfEndedSession: false })
    goOn()
  }
}

document.querySelectorAll('form[data-upload]').forEach(watch)
document.addEventListener('luyue:swap', () => document.querySelectorAll('form[data-upload]').forEach(watch))
