/** What a person sees who opens the page: which launch this is, and how far it has come. */
export class StateLine {
	#document;

	/** @param {Document} document with the elements of harness.html */
	constructor(document) {
		this.#document = document;
	}

	/** @param {import('./manifest.js').Manifest} manifest */
	describe(manifest) {
		this.#set('probe', manifest.probe);
		this.#set('arm', manifest.arm);
		this.#set('launch', manifest.launch);
		this.#document.title = `${manifest.arm} · ${manifest.probe} · wasmograph`;
	}

	/**
	 * @param {'ready' | 'prepare' | 'measure' | 'finish' | 'done' | 'failed'} state
	 * @param {string} text
	 */
	show(state, text) {
		this.#set('state', text);
		this.#document.body.dataset.state = state;
	}

	/** @param {'prepare' | 'measure' | 'finish'} part */
	showPart(part) {
		this.show(part, {
			prepare: 'Preparing: starting the guest, warming up.',
			measure: 'Measuring. Nothing on this page changes until it is over.',
			finish: 'Collecting and uploading the samples.',
		}[part]);
	}

	/**
	 * @param {string} id
	 * @param {string} text
	 */
	#set(id, text) {
		const element = this.#document.getElementById(id);
		if (element)
			element.textContent = text;
	}
}
