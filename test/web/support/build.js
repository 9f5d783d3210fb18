/** Builds the tests' guests, into build/test/web: what is built is never tracked. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const OUTPUT = join(ROOT, 'build/test/web');

/**
 * @param {string} name of test/web/fixtures/NAME.wat
 * @returns {string} the wasm file
 */
export function buildWat(name) {
	mkdirSync(OUTPUT, { recursive: true });
	const output = join(OUTPUT, `${name}.wasm`);
	execFileSync('wat2wasm', [join(ROOT, 'test/web/fixtures', `${name}.wat`), '-o', output]);
	return output;
}

/**
 * Builds a Go program with the compiler that probes/toolchains/gc.json names.
 * @param {string} folder relative to the repository
 * @param {string} name of the result
 * @returns {{wasm: string, glue: string}}
 */
export function buildGo(folder, name) {
	mkdirSync(OUTPUT, { recursive: true });
	const toolchain = JSON.parse(readFileSync(join(ROOT, 'probes/toolchains/gc.json'), 'utf8'));
	/** @type {string | undefined} */
	const go = toolchain.programs.go.paths.find(existsSync);
	if (!go)
		throw new Error(`no Go compiler at ${toolchain.programs.go.paths}: install ${toolchain.programs.go.package}`);
	const wasm = join(OUTPUT, `${name}.wasm`);
	const env = { PATH: '/usr/bin:/bin', HOME: OUTPUT, GOOS: 'js', GOARCH: 'wasm', GOTOOLCHAIN: 'local', GOPROXY: 'off',
		GOFLAGS: '', GOWORK: 'off', GOENV: 'off', GOCACHE: join(OUTPUT, 'go-build'), GOPATH: join(OUTPUT, 'go') };
	execFileSync(go, ['build', '-trimpath', '-buildvcs=false', '-o', wasm, '.'], { cwd: join(ROOT, folder), env });
	const goroot = execFileSync(go, ['env', 'GOROOT'], { env, encoding: 'utf8' }).trim();
	return { wasm, glue: join(goroot, 'misc/wasm/wasm_exec.js') };
}

/**
 * Builds a probe's guests as `wasmograph build` does, or finds them in its cache.
 * @param {string} probe
 * @returns {Record<string, {start: 'go-js', wasm: string, glue: string}>} by their names, those that are Go programs
 */
export function buildGuests(probe) {
	const program = join(process.env.WASMOGRAPH_BUILD ?? join(ROOT, 'build'), 'wasmograph');
	const { builds } = JSON.parse(execFileSync(program, ['build', probe, '--json'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
	return Object.fromEntries(builds.filter((/** @type {any} */ record) => record.start === 'go-js').map((/** @type {any} */ record) => {
		const folder = join(ROOT, 'build/guests', record.inputs);
		return [record.guest, { start: record.start, wasm: join(folder, record.output), glue: join(folder, record.glue) }];
	}));
}
