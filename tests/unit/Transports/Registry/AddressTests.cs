using Diffah.Engine.Transports.Registry.Http;

namespace Diffah.Tests.Transports.Registry;

/// <summary>Addresses as registries write them. The right values are those of RFC 3986, section 5.4.</summary>
public sealed class AddressTests
{
    private const string From = "http://host:5000/v2/app/blobs/uploads/7?old=1";

    [Theory]
    [InlineData("http://other/a?b=%2f%7E", "http://other/a?b=%2f%7E")]
    [InlineData("//other/a", "http://other/a")]
    [InlineData("/a/b?_state=a%2Bb%2Fc%3D%3D%7E%25", "http://host:5000/a/b?_state=a%2Bb%2Fc%3D%3D%7E%25")]
    [InlineData("8", "http://host:5000/v2/app/blobs/uploads/8")]
    [InlineData("./8", "http://host:5000/v2/app/blobs/uploads/8")]
    [InlineData("../uploads/8?x=%41", "http://host:5000/v2/app/blobs/uploads/8?x=%41")]
    [InlineData("../../../../../../8", "http://host:5000/8")]
    [InlineData("..", "http://host:5000/v2/app/blobs/")]
    [InlineData("?a=b", "http://host:5000/v2/app/blobs/uploads/7?a=b")]
    [InlineData("8#part", "http://host:5000/v2/app/blobs/uploads/8")]
    [InlineData(" /a ", "http://host:5000/a")]
    [InlineData("http://[::1]:5000/a", "http://[::1]:5000/a")]
    public void An_address_is_found_and_kept_as_it_is_written(string text, string right)
    {
        var address = HttpAddress.Resolve(new Uri(From), text)!;
        Assert.Equal(right, address.OriginalString);
        Assert.Equal(right[right.IndexOf('/', 8)..], address.PathAndQuery);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("//")]
    [InlineData("http:///")]
    [InlineData("http://")]
    [InlineData("http://[")]
    [InlineData("http://a:b:c/")]
    [InlineData("file:///etc/passwd")]
    public void What_is_no_address_is_none(string text) => Assert.Null(HttpAddress.Resolve(new Uri(From), text));

    [Fact]
    public void What_can_not_stand_in_a_request_is_escaped() =>
        Assert.Equal("/a%20b?c=%C3%A9", HttpAddress.Resolve(new Uri(From), "/a b?c=é")!.PathAndQuery);

    [Theory]
    [InlineData("http://a/t", "http://a/t?x=1")]
    [InlineData("http://a/t?", "http://a/t?x=1")]
    [InlineData("http://a/t?b=%7e", "http://a/t?b=%7e&x=1")]
    public void More_is_asked_for(string address, string right) =>
        Assert.Equal(right, HttpAddress.With(HttpAddress.Parse(address)!, "x=1").OriginalString);
}
