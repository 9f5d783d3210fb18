// Globals that no library of the compiler declares.

/** Prioritized Task Scheduling; Chromium has it in pages and workers. */
declare const scheduler: {
	postTask<T>(task: () => T, options?: {
		delay?: number;
		signal?: AbortSignal;
		priority?: 'user-blocking' | 'user-visible' | 'background';
	}): Promise<T>;
};

/** What the daemon calls (web/harness.js). */
declare var wasmograph: {
	/** Manifest and probe are loaded. prepare() waits for it by itself. */
	ready: boolean;
	loaded: Promise<any>;
	prepare(): Promise<object>;
	measure(): Promise<object>;
	finish(): Promise<object>;
};

/** Set by a Go toolchain's wasm_exec.js. */
declare var Go: new () => {
	env: Record<string, string>;
	exit: (code: number) => void;
	importObject: Record<string, any>;
	run(instance: object): Promise<unknown>;
	_resume(): void;
	/** Set by run(). */
	_inst: any;
};

/** Set by the same script, where there is no file system. */
declare var fs: { writeSync(fd: number, bytes: Uint8Array): number };

/** V8's full collection, under --js-flags=--expose-gc. */
declare var gc: () => void;

/** Set by a guest that is a Go program. */
declare var wasmographGuest: any;

/** Installed for `make bench` alone; not typed here. */
declare module 'puppeteer-core';
declare module 'playwright-core';
