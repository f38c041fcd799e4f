using Diffah.Samples;

namespace Diffah.Bench;

/// <summary>A baseline and a target, as docker archives.</summary>
internal sealed record ImagePair(string Name, string Baseline, string Target)
{
    /// <summary>The pairs asked for; generated ones are made when they are reached.</summary>
    public static IEnumerable<ImagePair> All(BenchOptions options, TemporaryFolder work)
    {
        if (options.Fixtures is { } fixtures && File.Exists(Path.Combine(fixtures, "web/web-v1.docker.tar")))
            yield return new ImagePair("web", Path.Combine(fixtures, "web/web-v1.docker.tar"),
                Path.Combine(fixtures, "web/web-v2.docker.tar"));
        foreach (var size in options.GeneratedMebibytes)
            yield return Generate(size, work);
    }

    /// <summary>Makes a pair with one large layer.</summary>
    public static ImagePair Generate(int mebibytes, TemporaryFolder work)
    {
        var folder = work[$"generated-{mebibytes}"];
        LargePair.Write(folder, mebibytes, seed: 1);
        return new ImagePair($"generated, {mebibytes} MiB", Path.Combine(folder, "v1.docker.tar"),
            Path.Combine(folder, "v2.docker.tar"));
    }
}
