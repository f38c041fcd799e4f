using System.Collections.Immutable;
using Diffah.Engine.Content;

namespace Diffah.Engine.Deltas.Codecs.Content;

/// <summary>A way of making a content of others. The archive names it for each content that it makes.</summary>
internal interface IContentCodec
{
    /// <summary>The name in archives.</summary>
    string Name { get; }

    /// <summary>Writes a patch that makes a content of others.</summary>
    /// <param name="target">The content.</param>
    /// <param name="sources">The contents that it may be told by, from the lowest to the topmost.</param>
    /// <param name="output">Where the patch goes; not owned.</param>
    /// <param name="work">Where streams wait.</param>
    /// <param name="workers">How many threads work at the same time; the patch is the same for any number.</param>
    /// <param name="progress">Told of bytes of the content, from any thread; may be null.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    MadePatch Encode(
        ContentMap target, IReadOnlyList<ContentMap> sources, Stream output, WorkDirectory work, int workers,
        Action<long>? progress, CancellationToken cancellationToken);

    /// <summary>Makes the file of a content.</summary>
    /// <param name="patch">The patch.</param>
    /// <param name="sources">The contents that it refers to, in its order; not owned.</param>
    /// <param name="length">Bytes of the content to make.</param>
    /// <param name="path">Absolute path of the file, which is not there yet.</param>
    /// <param name="workers">How many threads work at the same time.</param>
    /// <param name="progress">Told of bytes, from any thread; may be null.</param>
    /// <param name="cancellationToken">Stops the work; the file is left as it is.</param>
    /// <exception cref="InvalidDataException">The patch is not valid, or is for other contents.</exception>
    void Decode(
        PartBytes patch, IReadOnlyList<MappedFile> sources, long length, string path, int workers,
        Action<long>? progress, CancellationToken cancellationToken);

    /// <summary>Makes a content, and compares it with one that is there.</summary>
    /// <param name="patch">The patch.</param>
    /// <param name="sources">The contents that it refers to, in its order; not owned.</param>
    /// <param name="expected">What it is to make; not owned.</param>
    /// <param name="workers">How many threads work at the same time.</param>
    /// <param name="progress">Told of bytes, from any thread; may be null.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="InvalidDataException">The patch does not make it.</exception>
    void Compare(
        PartBytes patch, IReadOnlyList<MappedFile> sources, MappedFile expected, int workers,
        Action<long>? progress, CancellationToken cancellationToken);

    /// <summary>Bytes of each content that a patch refers to, in its order; none where it does not tell.</summary>
    /// <param name="stored">What is stored.</param>
    ImmutableArray<long> SourceSizes(PartBytes stored);

    /// <summary>Checks what can be checked of a patch without the contents that it is made of.</summary>
    /// <param name="patch">What the archive says of it.</param>
    /// <param name="stored">What it stores.</param>
    /// <returns>Why it can't be right; null where it may be.</returns>
    string? WhyWrong(ContentPatch patch, PartBytes stored);
}

/// <summary>What is known of a patch that was made.</summary>
/// <param name="Used">The sources that it refers to, by their places among all.</param>
/// <param name="Account">What it spends on the files of the content.</param>
internal sealed record MadePatch(ImmutableArray<int> Used, ContentAccount Account);
