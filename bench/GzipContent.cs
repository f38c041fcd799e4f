namespace Diffah.Bench;

/// <summary>A content that encoders compress.</summary>
/// <param name="Name">As it is printed.</param>
/// <param name="Source">A file; or KIND:BYTES of one that is generated.</param>
internal sealed record GzipContent(string Name, string Source)
{
    /// <summary>Its bytes.</summary>
    public long Length => GeneratedContent.LengthOf(Source) ?? new FileInfo(Source).Length;

    /// <summary>The content from its beginning.</summary>
    public static Stream Open(string source) => GeneratedContent.TryOpen(source) ?? (Stream)File.OpenRead(source);

    /// <summary>Runs a command of a shell, with the content at its input and its output in a file.</summary>
    public async Task<Measured> CompressAsync(string command, string output)
    {
        var isFile = GeneratedContent.LengthOf(Source) is null;
        var redirected = $"exec {command}{(isFile ? $" < '{Source}'" : "")} > '{output}'";
        await using var content = isFile ? null : Open(Source);
        return (await Measured.RunAsync(output, content, "sh", "-c", redirected))!;
    }
}
