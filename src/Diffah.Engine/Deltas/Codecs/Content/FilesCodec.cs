using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Codecs.Content.Models;
using Diffah.Engine.Deltas.Codecs.Content.Streams;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Deltas.Codecs.Content;

/// <summary>Tells the files of a content by those of others.</summary>
/// <param name="name">The name in archives.</param>
/// <param name="models">How classes are coded in new patches.</param>
internal sealed class FilesCodec(string name, ModelSize models) : IContentCodec
{
    public string Name => name;

    private bool HasModels => models != ModelSize.None;

    public MadePatch Encode(
        ContentMap target, IReadOnlyList<ContentMap> sources, Stream output, WorkDirectory work, int workers,
        Action<long>? progress, CancellationToken cancellationToken) =>
        One(() => ContentEncoder.Encode(
            target, sources, output, work, models, workers, progress, cancellationToken));

    public void Decode(
        PartBytes patch, IReadOnlyList<MappedFile> sources, long length, string path, int workers,
        Action<long>? progress, CancellationToken cancellationToken) =>
        One(() =>
        {
            RequireCodec(patch);
            ContentDecoder.Decode(new Bytes(patch), sources, length, path, workers, progress, cancellationToken);
            return true;
        });

    public void Compare(
        PartBytes patch, IReadOnlyList<MappedFile> sources, MappedFile expected, int workers,
        Action<long>? progress, CancellationToken cancellationToken) =>
        One(() =>
        {
            RequireCodec(patch);
            ContentDecoder.Compare(new Bytes(patch), sources, expected, workers, progress, cancellationToken);
            return true;
        });

    public ImmutableArray<long> SourceSizes(PartBytes stored)
    {
        try
        {
            using var cursor = new StreamCursor(stored.Open(0, stored.Length), stored.Length);
            return PatchHead.Read(cursor).Sources;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            return [];
        }
    }

    public string? WhyWrong(ContentPatch patch, PartBytes stored)
    {
        try
        {
            using var cursor = new StreamCursor(stored.Open(0, stored.Length), stored.Length);
            var head = PatchHead.Read(cursor);
            head.RequireModels(HasModels);
            StreamDirectory.Read(cursor, HasModels);
            if (head.Length != patch.Size)
                return $"it makes {head.Length} bytes, not the {patch.Size} of the content";
            return head.Sources.Length == patch.Sources.Length
                ? null
                : $"it is made of {head.Sources.Length} contents, not of {patch.Sources.Length}";
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            return ShortText.Cut(e.Message.TrimEnd('.'), 200);
        }
    }

    private void RequireCodec(PartBytes stored)
    {
        using var cursor = new StreamCursor(stored.Open(0, stored.Length), stored.Length);
        PatchHead.Read(cursor).RequireModels(HasModels);
    }

    /// <summary>Of errors on several threads, throws the one that matters.</summary>
    private static T One<T>(Func<T> run)
    {
        try
        {
            return run();
        }
        catch (AggregateException e)
        {
            var all = e.Flatten().InnerExceptions;
            var first = all.FirstOrDefault(i => i is not OperationCanceledException) ?? all[0];
            if (first is RecipeRefusedException)
                throw new InvalidDataException(first.Message, first);
            ExceptionDispatchInfo.Throw(first);
            throw;
        }
        catch (RecipeRefusedException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    private sealed class Bytes(PartBytes stored) : IPatchBytes
    {
        public long Length => stored.Length;

        public Stream Open(long offset, long length) => stored.Open(offset, length);
    }
}
