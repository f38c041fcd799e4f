using System.Security.Cryptography;
using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Deltas.Codecs.Content.Nested;

namespace Diffah.Tests.Deltas.Codecs.Content.Nested;

/// <summary>What is done with files that are opened, again and again.</summary>
internal static class NestedBench
{
    /// <summary>Opens a new file.</summary>
    public static NestedOpening? Open(byte[] file) => NestedOpening.TryOpen(file, new(), default);

    public static byte[] Write(NestedLayout layout, int guess = 0)
    {
        var bytes = new ByteList();
        layout.Write(bytes, guess);
        return bytes.Written.ToArray();
    }

    public static NestedLayout Read(byte[] bytes, int fileLength, int guess = 0)
    {
        var input = new ByteCursor(bytes);
        var layout = NestedLayout.Read(ref input, fileLength, guess);
        Assert.Equal(0, input.Left);
        return layout;
    }

    /// <summary>All parts of a file.</summary>
    public static byte[][] Parts(NestedFile opened, byte[] file)
    {
        var inflater = new SpanInflater();
        return [.. Enumerable.Range(0, opened.PartCount).Select(part => opened.ReadPart(file, part, inflater))];
    }

    /// <summary>Puts a file together of what a patch would bring.</summary>
    public static byte[] Rebuild(NestedLayout layout, byte[][] parts)
    {
        using var made = new MemoryStream();
        var plan = layout.Plan(parts[0]);
        Assert.Equal(parts.Length, plan.PartCount);
        Assert.Equal(parts.Select(p => p.Length), Enumerable.Range(0, parts.Length).Select(plan.PartLength));
        foreach (var piece in plan.Rebuild(part => parts[part]))
            made.Write(piece.Span);
        return made.ToArray();
    }

    /// <summary>Opens a file and puts it together again, by a layout that was written and read.</summary>
    public static NestedOpening RoundTrip(byte[] file)
    {
        var opening = Open(file);
        Assert.NotNull(opening);
        foreach (var guess in (int[])[0, opening.Layout.FirstLength, int.MaxValue])
        {
            var layout = Read(Write(opening.Layout, guess), file.Length, guess);
            Assert.Equal(file, Rebuild(layout, Parts(opening.File, file)));
        }
        return opening;
    }

    public static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
