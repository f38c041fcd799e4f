using Diffah.Engine.Oci;
using Diffah.Samples;

namespace Diffah.Bench;

/// <summary>A baseline and a target, as references.</summary>
internal sealed record ImagePair(string Name, string Baseline, string Target)
{
    /// <summary>What is taken of images for several platforms.</summary>
    public Platform Platform { get; init; } = Platform.Default;

    /// <summary>Bytes of the target's file; 0 where it is none.</summary>
    public long TargetBytes => new FileInfo(Target[(Target.IndexOf(':') + 1)..]) is { Exists: true } file
        ? file.Length
        : 0;

    /// <summary>The pairs asked for; generated ones are made when they are reached.</summary>
    public static IEnumerable<ImagePair> All(BenchOptions options, TemporaryFolder work)
    {
        if (options.Pair is { } given)
        {
            yield return given;
            yield break;
        }
        if (options.Fixtures is { } fixtures && File.Exists(Path.Combine(fixtures, "web/web-v1.docker.tar")))
            yield return Archives("web", Path.Combine(fixtures, "web/web-v1.docker.tar"),
                Path.Combine(fixtures, "web/web-v2.docker.tar"));
        foreach (var size in options.GeneratedMebibytes)
            yield return Generate(size, work);
    }

    /// <summary>Makes a pair with one large layer.</summary>
    public static ImagePair Generate(int mebibytes, TemporaryFolder work)
    {
        var folder = work[$"generated-{mebibytes}"];
        LargePair.Write(folder, mebibytes, seed: 1);
        return Archives($"generated, {mebibytes} MiB", Path.Combine(folder, "v1.docker.tar"),
            Path.Combine(folder, "v2.docker.tar"));
    }

    private static ImagePair Archives(string name, string baseline, string target) =>
        new(name, $"docker-archive:{baseline}", $"docker-archive:{target}");
}
