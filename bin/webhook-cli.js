#!/usr/bin/env node
// CommonJS: modules that are required are read at once, and not one turn of the event loop after the other.
'use strict';

require('node:module').enableCompileCache?.();
require('../dist/cli.js').start();
