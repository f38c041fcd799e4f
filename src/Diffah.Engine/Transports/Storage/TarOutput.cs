using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Tar;

namespace Diffah.Engine.Transports.Storage;

/// <summary>
/// A tar being written, from front to back: into a stream, which is only ever written on, or beside its place as a
/// file, which appears whole or not at all. The same contents in the same order make the same bytes: no times, no
/// owners.
/// </summary>
internal sealed class TarOutput : IAsyncDisposable
{
    private readonly Stream _stream;
    private readonly AtomicFile? _file;
    private readonly Func<string, CancellationToken, Task>? _send;
    private readonly TarWriter _writer;
    private readonly Dictionary<string, (long Offset, long Size)> _entries = new(StringComparer.Ordinal);
    private bool _broken;
    private bool _finished;

    /// <summary>Writes to a stream, which need not seek.</summary>
    /// <param name="stream">The stream; not owned.</param>
    public TarOutput(Stream stream) => (_stream, _writer) = (stream, new TarWriter(stream));

    private TarOutput(AtomicFile file, Func<string, CancellationToken, Task>? send = null)
        : this(file.Stream) => (_file, _send) = (file, send);

    /// <summary>Writes a file that gets its name on commit.</summary>
    /// <param name="path">Absolute path of the file.</param>
    /// <param name="overwrite">Whether a file that is there already may be replaced.</param>
    /// <exception cref="DiffahException">
    /// DestinationExists or FileNotFound (a file is where a folder should be).
    /// </exception>
    public static TarOutput ToFile(string path, bool overwrite) => new(new AtomicFile(path, overwrite));

    /// <summary>Writes a file that is sent somewhere on commit, as a whole, and goes away then.</summary>
    /// <param name="path">Absolute path beside which it waits.</param>
    /// <param name="send">Sends the file of a path.</param>
    public static TarOutput ToFile(string path, Func<string, CancellationToken, Task> send) =>
        new(new AtomicFile(path, overwrite: false), send);

    /// <summary>True where an entry was written already.</summary>
    /// <param name="name">The entry's name.</param>
    public bool Contains(string name) => _entries.ContainsKey(name);

    /// <summary>Opens what was written of an entry, as it lies in the file; null for a stream.</summary>
    /// <param name="name">The entry's name.</param>
    public Stream? TryOpen(string name) =>
        _file is not null && _entries.TryGetValue(name, out var entry)
            ? new FileSlice(_file.ReadHandle, entry.Offset, entry.Size)
            : null;

    /// <summary>Writes an entry, unless it is there.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="content">Its content; not disposed of.</param>
    /// <param name="size">Its size in bytes.</param>
    /// <param name="cancellationToken">Stops the writing; the archive can't be finished then.</param>
    /// <exception cref="DiffahException">SizeMismatch.</exception>
    public async Task WriteAsync(string name, Stream content, long size, CancellationToken cancellationToken)
    {
        if (_entries.ContainsKey(name))
            return;
        if (_file is not null)
            DiskSpace.Require(Path.GetDirectoryName(_file.FinalPath)!, size, $"'{name}'");
        _broken = true; // until the entry is whole
        var offset = 0L;
        await _writer.WriteAsync(name, size, CopyHereAsync, cancellationToken);
        await _stream.FlushAsync(cancellationToken);
        _broken = false;
        _entries.Add(name, (offset, size));

        Task<long> CopyHereAsync(Stream output, CancellationToken token)
        {
            offset = _file?.Stream.Position ?? 0;
            return CopyAsync(name, content, size, output, token);
        }
    }

    /// <summary>Writes a small entry.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="content">Its content.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    public async Task WriteAsync(string name, byte[] content, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(content, writable: false);
        await WriteAsync(name, stream, content.Length, cancellationToken);
    }

    /// <summary>Completes the archive in a stream.</summary>
    /// <param name="cancellationToken">Stops the completion.</param>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        if (_broken || _entries.Count == 0)
            throw new InvalidOperationException("An archive with an unfinished entry, or none, can't be finished.");
        await _writer.FinishAsync(cancellationToken);
        await (_file?.FinishAsync(cancellationToken) ?? _stream.FlushAsync(cancellationToken));
        _finished = true;
    }

    /// <summary>Completes the archive; a file keeps its temporary name, under which it can be read back.</summary>
    /// <param name="open">Opens the archive of a path, for reading.</param>
    /// <param name="cancellationToken">Stops the completion.</param>
    /// <exception cref="DiffahException">ReadBackFailed.</exception>
    /// <returns>What was opened; null for a stream, which shows nothing of what went into it.</returns>
    public async Task<IImageSource?> StageAsync<TSource>(
        Func<string, Task<TSource>> open, CancellationToken cancellationToken)
        where TSource : IImageSource
    {
        await FinishAsync(cancellationToken);
        return _file is null ? null : await OpenWrittenAsync(_file, open);
    }

    /// <summary>
    /// Gives a file its name, or sends it; a stream has everything by now. To be called after
    /// <see cref="StageAsync"/>.
    /// </summary>
    /// <param name="cancellationToken">Stops it, as long as the file has not its name.</param>
    /// <exception cref="DiffahException">DestinationExists, where somebody made it meanwhile.</exception>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        if (!_finished)
            throw new InvalidOperationException("An archive that is not finished can't be committed.");
        cancellationToken.ThrowIfCancellationRequested();
        if (_send is not null)
            await _send(_file!.TemporaryPath, cancellationToken);
        else
            _file?.Commit();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _file?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static async Task<IImageSource> OpenWrittenAsync<TSource>(
        AtomicFile file, Func<string, Task<TSource>> open)
        where TSource : IImageSource
    {
        try
        {
            return await open(file.TemporaryPath);
        }
        catch (DiffahException e) when (e.Error.Category == DiffahErrorCategory.Content)
        {
            throw new DiffahException(DiffahErrors.ReadBackFailed,
                $"'{file.FinalPath}' does not read back as it was written: {e.Message}", inner: e);
        }
    }

    private static async Task<long> CopyAsync(
        string name, Stream content, long size, Stream output, CancellationToken cancellationToken)
    {
        var left = size;
        await content.CopyToAsync(output, Count, cancellationToken);
        return left == 0 ? size : throw Mismatch();

        // Asked at each step, so that content without end is not written to the end of the disk.
        void Count(long bytes)
        {
            if ((left -= bytes) < 0)
                throw Mismatch();
        }

        DiffahException Mismatch() =>
            new(DiffahErrors.SizeMismatch, $"'{name}' does not have the {size} bytes promised.");
    }
}
