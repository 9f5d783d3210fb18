/** Remembers whether the page was ever hidden: a browser slows hidden pages down. */
export class VisibilityWatch {
	/** @type {DocumentVisibilityState} "hidden" for good once it was */
	state;

	/** @param {Document} document */
	constructor(document) {
		this.state = document.visibilityState;
		document.addEventListener('visibilitychange', () => {
			if (document.visibilityState === 'hidden')
				this.state = 'hidden';
		});
	}
}
