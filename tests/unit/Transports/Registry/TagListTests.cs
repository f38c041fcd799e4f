using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Transports.Registry;

/// <summary>The tags of a repository.</summary>
public sealed class TagListTests : IAsyncDisposable
{
    private const string List = "/v2/team/app/tags/list";

    private readonly FakeRegistry _registry = new();
    private readonly TransportCatalog _transports = TransportCatalog.Create(RegistryBench.Quick);

    public async ValueTask DisposeAsync()
    {
        _transports.Dispose();
        await _registry.DisposeAsync();
    }

    [Fact]
    public async Task Are_given_in_the_registrys_order()
    {
        Answer(_ => Page("""{"name":"team/app","tags":["v2","v1"]}"""));
        Assert.Equal(["v2", "v1"], await ReadAsync());
    }

    [Theory]
    [InlineData("""{"name":"team/app","tags":null}""")]
    [InlineData("""{"name":"team/app"}""")]
    public async Task May_be_none(string body)
    {
        Answer(_ => Page(body));
        Assert.Empty(await ReadAsync());
    }

    [Theory]
    [InlineData("<{0}?last=v1&n=1>; rel=\"next\"")]
    [InlineData("<http://HOST{0}?last=v1&n=1>; rel=next")]
    public async Task Are_read_to_the_last_page(string link)
    {
        var next = link.Replace("{0}", List, StringComparison.Ordinal)
            .Replace("HOST", _registry.Server.Host, StringComparison.Ordinal);
        Answer(
            r => r.Query("last") is null ? Page("""{"tags":["v1"]}""", ("Link", next)) : Page("""{"tags":["v2"]}"""));
        Assert.Equal(["v1", "v2"], await ReadAsync());
    }

    [Fact]
    public async Task Of_pages_without_end_are_the_first_ones()
    {
        Answer(_ => Page("""{"tags":["v1"]}""", ("Link", $"<{List}?last=v1>; rel=\"next\"")));
        Assert.Equal(10, (await ReadAsync()).Count);
    }

    [Theory]
    [InlineData("nothing of the kind")]
    [InlineData("[]")]
    [InlineData("""{"tags":"v1"}""")]
    [InlineData("""{"tags":[1]}""")]
    public async Task That_are_none_are_an_error(string body)
    {
        Answer(_ => Page(body));
        var error = await Assert.ThrowsAsync<DiffahException>(ReadAsync);
        Assert.Equal(DiffahErrors.RegistryProtocol, error.Error);
    }

    [Fact]
    public async Task Of_a_repository_that_is_not_there_are_not_found()
    {
        Answer(_ => ScriptedResponse.Error(404, "NAME_UNKNOWN", "repository name not known to registry"));
        var error = await Assert.ThrowsAsync<DiffahException>(ReadAsync);
        Assert.Equal(DiffahErrors.RegistryNotFound, error.Error);
    }

    [Fact]
    public async Task Are_of_registries_only()
    {
        var error = await Assert.ThrowsAsync<DiffahException>(
            () => new ListTags(_transports).RunAsync(ImageReference.Parse("oci:/layout"), EventSink.None, default));
        Assert.Equal(DiffahErrors.InvalidArgument, error.Error);
    }

    private void Answer(Func<ScriptedRequest, ScriptedResponse> page) =>
        _registry.Intercept = r => r.Path == List ? page(r) : null;

    private static ScriptedResponse Page(string body, params (string, string)[] headers) =>
        ScriptedResponse.Text(200, body, headers);

    private Task<IReadOnlyList<string>> ReadAsync() =>
        new ListTags(_transports).RunAsync(ImageReference.Parse(_registry.Reference()), EventSink.None, default);
}
