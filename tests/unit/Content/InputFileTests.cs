using System.Diagnostics;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Tests.Support;

namespace Diffah.Tests.Content;

public sealed class InputFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_is_a_file_with_or_without_content_or_behind_a_link()
    {
        await File.WriteAllBytesAsync(_folder["full"], [1]);
        await File.WriteAllBytesAsync(_folder["empty"], []);
        File.CreateSymbolicLink(_folder["link"], "empty");
        File.CreateSymbolicLink(_folder["chain"], "link");
        foreach (var name in (string[])["full", "empty", "link", "chain", "missing"])
            Assert.Equal(InputKind.File, InputFile.KindOf(_folder[name]));
    }

    [SkippableFact]
    public async Task A_fifo_is_a_pipe_and_is_not_opened_to_find_out()
    {
        await MakeFifoAsync();
        var clock = Stopwatch.StartNew();
        Assert.Equal(InputKind.Pipe, InputFile.KindOf(_folder["fifo"]));
        Assert.Equal(InputKind.Pipe, InputFile.KindOf(_folder["link"]));
        var error = Assert.Throws<DiffahException>(
            () => InputFile.RequireFile(_folder["fifo"], "the archive 'fifo'"));
        Assert.Equal(DiffahErrors.InvalidArgument, error.Error);
        Assert.StartsWith("The archive 'fifo' is a pipe", error.Message, StringComparison.Ordinal);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10));
    }

    [SkippableTheory]
    [InlineData("/dev/zero")]
    [InlineData("/dev/null")]
    [InlineData("/dev/urandom")]
    public async Task A_device_is_no_file(string path)
    {
        Skip.IfNot(File.Exists(path), $"{path} is not on this machine.");
        Assert.Equal(InputKind.Device, InputFile.KindOf(path));
        Assert.Throws<DiffahException>(() => InputFile.RequireFile(path, "it"));
        if (path != "/dev/null")
            Assert.Null(await InputFile.TryOpenOnceAsync(path, default));
    }

    [SkippableFact]
    public async Task Who_waits_for_a_writer_can_be_cancelled()
    {
        await MakeFifoAsync();
        using var stop = new CancellationTokenSource(100);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => InputFile.TryOpenOnceAsync(_folder["fifo"], stop.Token));
        // The thread that was left alone ends with the writer that comes after all.
        await using (new FileStream(_folder["fifo"], FileMode.Open, FileAccess.Write))
        {
        }
    }

    [SkippableFact]
    public async Task Who_waits_for_bytes_can_be_cancelled_and_bytes_come_in_order()
    {
        await MakeFifoAsync();
        var opening = InputFile.TryOpenOnceAsync(_folder["fifo"], default);
        await using var writer = new FileStream(
            _folder["fifo"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0);
        await using var reader = (await opening)!;
        await writer.WriteAsync(new byte[] { 1, 2, 3 });
        var buffer = new byte[3];
        await reader.ReadExactlyAsync(buffer);
        Assert.Equal([1, 2, 3], buffer);
        using var stop = new CancellationTokenSource(100);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reader.ReadAsync(buffer, stop.Token).AsTask());
        await writer.DisposeAsync();
    }

    private async Task MakeFifoAsync()
    {
        await ExternalTool.RunAsync("mkfifo", _folder["fifo"]);
        File.CreateSymbolicLink(_folder["link"], "fifo");
    }
}
