// The public surface of a library as one reviewed file, from its built declarations.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
  type ExtractorMessage,
  ExtractorMessageCategory,
} from '@microsoft/api-extractor';

/**
 * Everything that a library exports, with its types.
 *
 * @param root - the repository
 * @param library - the name of its folder under `libs`, which has to be built
 * @returns Markdown
 * @throws Error if the library is not built, or its declarations cannot be read
 */
export function apiReport(root: string, library: string): string {
  const scratch = mkdtempSync(join(tmpdir(), 'api-report-'));
  const folder = join(root, 'libs', library);
  const problems: string[] = [];
  try {
    const extractorConfig = ExtractorConfig.prepare({
      configObject: {
        projectFolder: folder,
        mainEntryPointFilePath: join(folder, 'dist/index.d.ts'),
        compiler: {
          overrideTsconfig: {
            compilerOptions: {
              module: 'nodenext',
              target: 'es2024',
              strict: true,
              skipLibCheck: true,
              types: ['node'],
            },
            include: ['dist/index.d.ts'],
          },
        },
        apiReport: {
          enabled: true,
          reportFileName: 'report',
          reportFolder: scratch,
          reportTempFolder: scratch,
        },
        docModel: { enabled: false },
        dtsRollup: { enabled: false },
        tsdocMetadata: { enabled: false },
        newlineKind: 'lf',
      },
      configObjectFullPath: join(folder, 'api-extractor.json'),
      packageJsonFullPath: join(folder, 'package.json'),
    });
    Extractor.invoke(extractorConfig, {
      localBuild: true,
      messageCallback: (message) => {
        collect(message, problems);
      },
    });
    if (problems.length > 0) throw new Error(`libs/${library}: ${problems.join('; ')}`);
    return readFileSync(join(scratch, 'report.api.md'), 'utf8');
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** Remarks about style go into the report itself; only what makes it wrong is a problem. */
function collect(message: ExtractorMessage, problems: string[]): void {
  message.handled = true;
  if (message.logLevel === ExtractorLogLevel.Error || message.category === ExtractorMessageCategory.Compiler)
    problems.push(message.text);
}
