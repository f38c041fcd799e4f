using Diffah.Bench;
using Diffah.Bench.Scale;

// Measures diff and apply of image pairs, next to zstd --patch-from, xdelta3 and bsdiff over the same changed layers,
// in one run.
if (args is [CodecBenchmark.Verb, ..])
{
    CodecBenchmark.Run(args);
    return 0;
}
if (args is [GzipStep.Verb, ..])
{
    GzipStep.Run(args);
    return 0;
}
if (args is [RecipeStep.Verb, ..])
{
    RecipeStep.Run(args);
    return 0;
}
if (args is [GrowthBenchmark.StepVerb, ..])
{
    await GrowthBenchmark.StepAsync(args);
    return 0;
}
if (args is [GrowthBenchmark.Verb, ..])
    return await GrowthBenchmark.RunAsync(args, Console.Out);
if (args is [MergeBenchmark.Verb, ..])
    return await MergeBenchmark.RunAsync(args, Console.Out);
if (args is [CompareBenchmark.Verb, ..])
    return await CompareBenchmark.RunAsync(args, Console.Out);
if (args is [ScaleBenchmark.Verb])
    return ScaleBenchmark.Run(Console.Out);
if (args is [ChainBenchmark.Verb, ..])
    return await ChainBenchmark.RunAsync(args, Console.Out);
if (args is [DiffPullBenchmark.Verb, ..])
    return await DiffPullBenchmark.RunAsync(args, Console.Out);
if (args is [StreamBenchmark.Verb, ..])
    return StreamBenchmark.Run(args, Console.Out);
if (args is [RecipeBenchmark.Verb, ..])
    return await RecipeBenchmark.RunAsync(args, Console.Out);
if (args is [GzipBenchmark.Verb, ..])
    return await GzipBenchmark.RunAsync(args, Console.Out);
var options = BenchOptions.Parse(args);
if (options is null)
{
    Console.Error.WriteLine(BenchOptions.Usage);
    return 2;
}
if (!File.Exists(options.Diffah))
{
    Console.Error.WriteLine(
        $"{options.Diffah} does not exist: run ./build.sh first, or name the command with --diffah.");
    return 2;
}
using var work = new TemporaryFolder(options.WorkFolder);
var report = new Report(Console.Out);
report.Head(options);
foreach (var pair in ImagePair.All(options, work))
{
    Console.Error.WriteLine($"{pair.Name} …");
    report.Add(pair, await PairBenchmark.RunAsync(pair, options, work));
}
foreach (var size in options.CodecMebibytes)
    await CodecBenchmark.RunAsync(size, work, Console.Out);
foreach (var size in options.RegistryMebibytes)
    await RegistryBenchmark.RunAsync(size, options, work, Console.Out);
return 0;
