export { chartCopy, renderChart, type ChartCopy } from './chart-copy.ts';
export { buildGo, goProgram, moduleFolder, runGo, type GoModule, type GoProgram } from './go/go.ts';
export { inFolderOnce } from './go/once.ts';
export { wrapperModule, writeWrapperModule } from './go/wrapper-module.ts';
export { customKinds, schemaModules } from './schemas/kinds.ts';
export { buildTool, kubernetesVersion, missingTools, toolNames, toolPath, type ToolName } from './tools.ts';
