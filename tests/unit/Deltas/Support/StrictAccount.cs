using System.Text;
using System.Text.Json;
using ZstdSharp;

namespace Diffah.Tests.Deltas.Support;

/// <summary>The rules of an account of files, from docs/format.md.</summary>
internal static class StrictAccount
{
    private static readonly string[] Kinds = ["unchanged", "moved", "repeated", "patched", "new"];

    /// <summary>What is wrong, a sentence each.</summary>
    /// <param name="stored">The entry's bytes.</param>
    /// <param name="contents">The contents of the sidecar.</param>
    public static IEnumerable<string> FindProblems(byte[] stored, JsonElement contents)
    {
        using var zstd = new Decompressor();
        var text = Encoding.UTF8.GetString(zstd.Unwrap(stored));
        if (!text.EndsWith('\n'))
            yield return "the last line of the account does not end";
        var lines = text.TrimEnd('\n').Split('\n').Select(l => JsonDocument.Parse(l).RootElement).ToArray();
        var heads = lines.Where(l => l.TryGetProperty("content", out _)).ToArray();
        var names = heads.Select(h => h.GetProperty("content").GetString()!).ToArray();
        if (!names.Order(StringComparer.Ordinal).Distinct().SequenceEqual(names))
            yield return "the account's contents do not ascend";
        for (var start = 0; start < lines.Length;)
        {
            var files = lines.Skip(start + 1).TakeWhile(l => !l.TryGetProperty("content", out _)).ToArray();
            foreach (var problem in CheckContent(lines[start], files, contents))
                yield return problem;
            start += 1 + files.Length;
        }
    }

    private static IEnumerable<string> CheckContent(JsonElement head, JsonElement[] files, JsonElement contents)
    {
        if (!head.TryGetProperty("content", out var name)
            || !contents.TryGetProperty(name.GetString()!, out var content))
        {
            yield return "the account is of a content that the archive does not make";
            yield break;
        }
        var counted = Kinds.Where(k => head.TryGetProperty(k, out _))
            .ToDictionary(k => k, k => head.GetProperty(k).EnumerateArray().Select(n => n.GetInt64()).ToArray());
        if (counted.Values.Any(n => n.Length != 3 || n[0] <= 0 || n[1] < 0 || n[2] < 0))
            yield return $"what is counted of {name} is no three numbers";
        if (counted.Values.Sum(n => n[2]) > content.GetProperty("archive_size").GetInt64())
            yield return $"the files of {name} cost more than its patch";
        if (counted.Values.Sum(n => n[1]) > content.GetProperty("size").GetInt64())
            yield return $"the files of {name} are larger than it";
        foreach (var kind in files.GroupBy(f => f.GetProperty("kind").GetString()!))
        {
            if (kind.Key == "unchanged" || !counted.TryGetValue(kind.Key, out var all)
                || kind.Count() > all[0] || kind.Sum(f => f.GetProperty("size").GetInt64()) > all[1]
                || kind.Sum(f => f.GetProperty("cost").GetInt64()) > all[2])
                yield return $"more files of {name} are listed than are counted";
        }
        if (files.Any(f => f.GetProperty("path").GetString() is not { Length: > 0 } path || path.StartsWith('/')))
            yield return $"a file of {name} has no path";
    }
}
