import { mount } from 'svelte';
import App from './App.svelte';
import { begin } from '$lib/state/begin';
import './styles/tokens.css';
import './styles/base.css';

/** As long as nobody would see the window empty: the core answers in a tenth of that. */
const PATIENCE_MS = 200;

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no element #app');

const begun = begin();
// What is drawn once, with the datasets in it, is there sooner than what is drawn without them and then with them.
await Promise.race([begun, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
mount(App, { target, props: { begun } });
